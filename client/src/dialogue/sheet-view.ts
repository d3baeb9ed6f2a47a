/** How a page is looked at, and the arithmetic between the screen and the page. Positions are thousandths of the page. */

export interface View {
  /** Quarter turns to the right. */
  turn: number;
  /** Hundredths: 100 fits the page into its place. */
  zoom: number;
  /** The point of the unturned page that is in the middle. */
  x: number;
  y: number;
}

export const WHOLE: View = { turn: 0, zoom: 100, x: 500, y: 500 };
const STEP = 1.4;
const LARGEST = 800;

export interface Size {
  width: number;
  height: number;
}

/** The page's size on the screen before it is turned. */
export function sizeOf(page: Size, place: Size, view: View): Size {
  const turned = view.turn % 2 === 1;
  const wide = turned ? page.height : page.width;
  const high = turned ? page.width : page.height;
  const scale = Math.min(place.width / wide, place.height / high) * (view.zoom / 100);
  return { width: page.width * scale, height: page.height * scale };
}

/** From the middle of the place (points of the screen) to the page; null beside the page. */
export function toPage(
  at: { x: number; y: number },
  size: Size,
  view: View,
): { x: number; y: number } | null {
  const quarter = (Math.PI / 2) * view.turn;
  const across = at.x * Math.cos(quarter) + at.y * Math.sin(quarter);
  const down = -at.x * Math.sin(quarter) + at.y * Math.cos(quarter);
  const x = Math.round(view.x + (across / size.width) * 1000);
  const y = Math.round(view.y + (down / size.height) * 1000);
  return x < 0 || x > 1000 || y < 0 || y > 1000 ? null : { x, y };
}

/** The view after a step of enlargement; the whole page is always in the middle. */
export function zoomed(view: View, larger: boolean): View {
  const zoom = Math.round(Math.min(LARGEST, Math.max(100, larger ? view.zoom * STEP : view.zoom / STEP)));
  return zoom === 100 ? { ...view, zoom, x: 500, y: 500 } : { ...view, zoom };
}

export function turned(view: View): View {
  return { ...view, turn: (view.turn + 1) % 4 };
}

/** The view after the page was dragged by so many points of the screen. */
export function dragged(view: View, by: { x: number; y: number }, size: Size): View {
  const quarter = (Math.PI / 2) * view.turn;
  const across = by.x * Math.cos(quarter) + by.y * Math.sin(quarter);
  const down = -by.x * Math.sin(quarter) + by.y * Math.cos(quarter);
  const within = (value: number) => Math.round(Math.min(1000, Math.max(0, value)));
  return {
    ...view,
    x: within(view.x - (across / size.width) * 1000),
    y: within(view.y - (down / size.height) * 1000),
  };
}
