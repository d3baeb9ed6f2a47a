import { t } from "../i18n";
import { type Family, familyOf } from "./browsers";
import type { Device, Fault } from "./devices";

/** One remedy in words: what is wrong and what to press, for the browser it happens in. */
export function remedy(device: Device, fault: Fault, family = familyOf(navigator.userAgent)): string {
  if (fault === "insecure")
    return t(
      "Браузер не даёт камеру и микрофон на этом адресе. Откройте страницу по ссылке, которая начинается с https.",
    );
  return device === "camera" ? camera(fault, family) : microphone(fault, family);
}

function camera(fault: Fault, family: Family): string {
  switch (fault) {
    case "denied":
      return `${t("Браузер не пускает к камере.")} ${where(family)} ${t("Разрешите камеру и обновите страницу.")}`;
    case "system":
      return t(
        "Компьютер или телефон не пускает браузер к камере. Разрешите её в настройках системы, раздел «Конфиденциальность».",
      );
    case "missing":
      return t("Камера не найдена. Подключите её или войдите без камеры: вас будет слышно.");
    case "busy":
      return t("Камеру занимает другая программа. Закройте её и нажмите «Проверить ещё раз».");
    case "covered":
      return t("Камера включена, но ничего не видит. Откройте шторку или крышку камеры.");
    default:
      return t("Камера не включилась. Нажмите «Проверить ещё раз» или войдите без камеры.");
  }
}

function microphone(fault: Fault, family: Family): string {
  switch (fault) {
    case "denied":
      return `${t("Браузер не пускает к микрофону.")} ${where(family)} ${t("Разрешите микрофон и обновите страницу.")}`;
    case "system":
      return t(
        "Компьютер или телефон не пускает браузер к микрофону. Разрешите его в настройках системы, раздел «Конфиденциальность».",
      );
    case "missing":
      return t("Микрофон не найден. Подключите его; без микрофона вас не услышат, но можно писать в чат.");
    case "busy":
      return t("Микрофон занимает другая программа. Закройте её и нажмите «Проверить ещё раз».");
    case "silent":
      return t(
        "Микрофон включён, но молчит. Проверьте кнопку на наушниках и выберите другой микрофон в списке устройств.",
      );
    default:
      return t("Микрофон не включился. Нажмите «Проверить ещё раз».");
  }
}

/** Where the browser keeps its permission. */
function where(family: Family): string {
  switch (family) {
    case "firefox":
      return t("Нажмите на зачёркнутую камеру слева от адреса.");
    case "safari":
      return t("Нажмите «аА» слева от адреса (на Mac меню «Safari»), затем «Настройки веб-сайта».");
    case "ios":
      return t("Откройте настройки телефона и найдите там этот браузер.");
    default:
      return t("Нажмите на замок слева от адреса.");
  }
}

/** Name of the picture that shows it; none where nobody knows what is wrong. */
export function pictureOf(fault: Fault, family: Family): string {
  switch (fault) {
    case "denied":
      return family === "ios" ? "settings" : family === "other" ? "chromium" : family;
    case "system":
      return "settings";
    case "missing":
    case "silent":
      return "plug";
    case "covered":
      return "lid";
    case "busy":
      return "window";
    case "insecure":
      return "address";
    default:
      return "";
  }
}
