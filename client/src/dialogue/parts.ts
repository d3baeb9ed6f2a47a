/** The element the page marked with `data-part`; a page without it is a mistake of ours and is said loudly. */
export function part(root: ParentNode, name: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`[data-part="${name}"]`);
  if (!found) throw new Error(`the page has no part «${name}»`);
  return found;
}

/** Like `part`, for what only some pages have. */
export function maybePart(root: ParentNode, name: string): HTMLElement | null {
  return root.querySelector<HTMLElement>(`[data-part="${name}"]`);
}
