import { t } from "../i18n";
import type { Family } from "./browsers";
import type { Device, Fault } from "./devices";

/** One remedy in words: what is wrong and what to press, for the browser it happens in. */
export function remedy(device: Device, fault: Fault, family: Family = "chromium"): string {
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
    case "missing":
      return t("Микрофон не найден. Подключите его; без микрофона вас не услышат, но можно писать в чат.");
    case "busy":
      return t("Микрофон занимает другая программа. Закройте её и нажмите «Проверить ещё раз».");
    case "silent":
      return t("Микрофон включён, но молчит. Проверьте кнопку на наушниках и выберите другой микрофон ниже.");
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
      return t("Нажмите «аА» слева от адреса, затем «Настройки веб-сайта».");
    default:
      return t("Нажмите на замок слева от адреса.");
  }
}

/** Name of the picture that shows it; none where words are enough. */
export function pictureOf(fault: Fault, family: Family): string {
  if (fault === "denied") return family === "other" ? "chromium" : family;
  return fault === "missing" || fault === "silent" ? "plug" : "";
}
