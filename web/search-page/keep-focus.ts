/**
 * Renders anew while the focus stays where it was: on the element of the same `data-key`, or on `fallback` when that
 * is gone, because a focus that falls back to the page's start loses a keyboard's place.
 */
export function keepFocus(container: HTMLElement, fallback: HTMLElement, render: () => void): void {
  const focused = document.activeElement;
  const key = focused instanceof HTMLElement && container.contains(focused) ? focused.dataset.key : undefined;
  render();
  if (key === undefined) return;
  const again = [...container.querySelectorAll<HTMLElement>('[data-key]')].find(
    ({ dataset }) => dataset.key === key,
  );
  (again ?? fallback).focus({ preventScroll: true });
}
