/** What colours a stretch of bytes. */
export type Look = "number" | "pointer" | "array" | "struct" | "union" | "enum" | "bits" | "hole" | "padding";

/** All looks, in the order of the legend. */
export const LOOKS: readonly Look[] = [
  "number",
  "pointer",
  "array",
  "struct",
  "union",
  "enum",
  "bits",
  "hole",
  "padding",
];

/** True for bytes that no member has. */
export function isGap(look: Look): boolean {
  return look === "hole" || look === "padding";
}

/** Colours of a stretch's ground, and of text and lines. */
const LIGHT: Readonly<Record<Look | "ink" | "line" | "ground" | "faint", string>> = {
  number: "#cfe3ff",
  pointer: "#ffd9b8",
  array: "#d6f0d2",
  struct: "#e6dafc",
  union: "#fbd3e0",
  enum: "#fdf0b8",
  bits: "#c9eef0",
  hole: "#ffffff",
  padding: "#f1f1f1",
  ink: "#1b1f24",
  line: "#8a93a0",
  ground: "#ffffff",
  faint: "#5c6570",
};

const DARK: typeof LIGHT = {
  number: "#1f3f66",
  pointer: "#6b3f17",
  array: "#26502a",
  struct: "#453168",
  union: "#64293f",
  enum: "#57490f",
  bits: "#17494d",
  hole: "#15181c",
  padding: "#23272d",
  ink: "#eef1f4",
  line: "#6a7481",
  ground: "#15181c",
  faint: "#a5afba",
};

function rules(colours: typeof LIGHT): string {
  const looks = LOOKS.map((look) => `.${look}{fill:${colours[look]}}`).join("");
  const lines = `.edge{stroke:${colours.line}}.stripe{stroke:${colours.line}}`;
  return `${looks}.ground{fill:${colours.ground}}text{fill:${colours.ink}}.faint{fill:${colours.faint}}${lines}`;
}

/** Which colours a picture has; `auto` are the reader's. */
export type LayoutTheme = "auto" | "light" | "dark";

/** Style sheets by theme. */
export const STYLES: Readonly<Record<LayoutTheme, string>> = {
  auto: `${rules(LIGHT)}@media(prefers-color-scheme:dark){${rules(DARK)}}`,
  light: rules(LIGHT),
  dark: rules(DARK),
};
