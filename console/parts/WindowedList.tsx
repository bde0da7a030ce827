// A list of any length: only the rows that can be seen are there, all of one height; they come from the server by pages as they are
// scrolled to. The keyboard walks it; what is marked is told to screen readers as the row of a grid.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

export interface WindowedListProps<T> {
  label: string;
  count: number;
  /** In pixels. */
  rowHeight: number;
  /** undefined: not here yet. */
  rowAt: (index: number) => T | undefined;
  keyOf: (row: T) => string;
  /** Rows from..to are looked at. */
  onSeen: (from: number, to: number) => void;
  row: (row: T, index: number) => ComponentChildren;
  head: ComponentChildren;
  /** Key of the row that is open. */
  open: string;
  onOpen: (row: T) => void;
  /** Space was pressed on it. */
  onChoose?: (row: T) => void;
}

const AROUND = 12;

export function WindowedList<T>(props: WindowedListProps<T>) {
  const { count, rowHeight, rowAt, onSeen, onOpen, onChoose } = props;
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useHeight(box);
  const marked = useSignal(0);
  const first = Math.max(0, Math.floor(top.value / rowHeight) - AROUND);
  const last = Math.min(count, Math.ceil((top.value + height) / rowHeight) + AROUND);
  useEffect(() => {
    if (count > 0) onSeen(first, last);
  }, [first, last, count]);
  const pressed = (event: KeyboardEvent): void => {
    const row = rowAt(marked.value);
    const to = targetOf(event.key, marked.value, count, Math.max(1, Math.floor(height / rowHeight) - 2));
    if (to !== undefined) {
      marked.value = to;
      bringIntoView(box.current!, to * rowHeight, rowHeight);
    } else if (event.key === 'Enter' && row !== undefined) onOpen(row);
    else if (event.key === ' ' && row !== undefined) onChoose?.(row);
    else return;
    event.preventDefault();
  };
  const open = (index: number): void => {
    const row = rowAt(index);
    marked.value = index;
    if (row !== undefined) onOpen(row);
  };
  return (
    <div
      ref={box}
      class="windowed"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-activedescendant={count > 0 ? `row-${marked.value}` : undefined}
      onKeyDown={pressed}
      onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
    >
      <div class="line head" role="row" aria-rowindex={1}>
        {props.head}
      </div>
      <div class="all" role="rowgroup" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, at) => (
          <Line
            key={first + at}
            list={props}
            index={first + at}
            marked={first + at === marked.value}
            onClick={() => open(first + at)}
          />
        ))}
      </div>
    </div>
  );
}

interface LineProps<T> {
  list: WindowedListProps<T>;
  index: number;
  marked: boolean;
  onClick: () => void;
}

function Line<T>({
  list: { rowAt, keyOf, open, rowHeight, row: draw },
  index,
  marked,
  onClick,
}: LineProps<T>) {
  const row = rowAt(index);
  return (
    <div
      id={`row-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={row !== undefined && keyOf(row) === open}
      class={marked ? 'line marked' : 'line'}
      style={{ transform: `translateY(${index * rowHeight}px)`, height: `${rowHeight}px` }}
      onClick={onClick}
    >
      {row === undefined ? (
        <span role="gridcell" class="soft">
          Reading …
        </span>
      ) : (
        draw(row, index)
      )}
    </div>
  );
}

/** Of an element, also when the window changes. */
function useHeight(box: { current: HTMLElement | null }): number {
  const height = useSignal(600);
  useLayoutEffect(() => {
    const element = box.current!;
    const observer = new ResizeObserver(() => (height.value = element.clientHeight));
    height.value = element.clientHeight;
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return height.value;
}

/** Where a key goes from row `at`; undefined for one that goes nowhere. */
function targetOf(key: string, at: number, count: number, page: number): number | undefined {
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined ? undefined : Math.min(Math.max(to, 0), count - 1);
}

/** The head takes one row's room. */
function bringIntoView(element: HTMLElement, y: number, rowHeight: number): void {
  if (y < element.scrollTop) element.scrollTop = y;
  else if (y + 2 * rowHeight > element.scrollTop + element.clientHeight)
    element.scrollTop = y + 2 * rowHeight - element.clientHeight;
}
