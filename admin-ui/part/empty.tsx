/** What a panel shows when it has nothing to show: still loading, empty and why, or broken and what to do. */

import { Component, type ComponentChildren, type JSX } from "preact";

/** A skeleton of `rows` lines; styled to appear only after 150 ms, so that a quick answer does not flicker. */
export function Loading({ rows }: { rows: number }): JSX.Element {
  return (
    <div class="skeleton" role="status">
      <span class="unseen">Loading</span>
      {Array.from({ length: rows }, (_, row) => <div class="skeleton-row" key={row} />)}
    </div>
  );
}

/** Why there is nothing, and what to do. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <div class="empty-text">{children}</div>}
    </div>
  );
}

/** Keeps a fault in one panel from taking the page with it. */
export class PanelBoundary extends Component<{ name: string; children: ComponentChildren }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static override getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ComponentChildren {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div class="empty" role="alert">
        <p class="empty-title">Cannot show {this.props.name}</p>
        <p class="empty-text">{error instanceof Error ? error.message : String(error)}</p>
        <button type="button" class="button" onClick={() => this.setState({ error: null })}>Try again</button>
      </div>
    );
  }
}
