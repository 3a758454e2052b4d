/**
 * Rows of one height, of which only those in sight are drawn: lines of a text, names of a tree. Heights are set on elements,
 * since the page's policy allows no style in the markup.
 */

import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { rowWindow, scrollTopFor } from "../model/row_window.ts";

/** `target`: the row to bring into sight whenever it is another one, -1 for none. */
export function RowList({ label, class: className, count, row, target = -1 }: {
  label: string;
  class: string;
  count: number;
  row: (index: number) => ComponentChildren;
  target?: number;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null), before = useRef<HTMLDivElement>(null), after = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 900 });
  const [height, setHeight] = useState(20);
  const { first, end } = rowWindow(scroll.top, scroll.height, height, count);
  const look = () => {
    const { scrollTop: top, clientHeight } = box.current!;
    const next = rowWindow(top, clientHeight, height, count);
    if (next.first !== first || next.end !== end) setScroll({ top, height: clientHeight });
  };
  useLayoutEffect(() => {
    const drawn = box.current!.querySelector<HTMLElement>(".row")?.getBoundingClientRect().height ?? 0;
    if (drawn > 0 && Math.abs(drawn - height) > 0.1) setHeight(drawn);
    before.current!.style.height = `${first * height}px`;
    after.current!.style.height = `${(count - end) * height}px`;
    look();
  });
  useLayoutEffect(() => {
    const element = box.current!;
    if (target < 0) return;
    const top = scrollTopFor(target, element.scrollTop, element.clientHeight - 3 * height, height);
    if (top !== element.scrollTop) element.scrollTop = Math.max(0, top - height);
    look();
  }, [target, height]);
  return (
    <div class={`rows ${className}`} ref={box} onScroll={look} role="region" aria-label={label} tabIndex={0}>
      <div ref={before} />
      {Array.from({ length: end - first }, (_, at) => row(first + at))}
      <div ref={after} />
    </div>
  );
}
