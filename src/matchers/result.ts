/** What test frameworks want of a matcher; they print the difference of `actual` and `expected`. */
export interface MatcherResult {
  readonly pass: boolean;
  /** What is wrong, or with `not` what is right. */
  readonly message: () => string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** What the matchers read of the `this` that a framework calls them with. */
export interface MatcherContext {
  readonly isNot?: boolean;
  /** The running test, in vitest. */
  readonly task?: {
    readonly context?: {
      /** Ends the test as skipped. */
      readonly skip?: (reason: string) => unknown;
    };
  };
}

/** `text` with each line indented. */
export const indented = (text: string): string => text.trimEnd().replace(/^/gm, "  ");
