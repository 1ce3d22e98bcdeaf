import type { Btf } from "../../model/btf.js";
import type { Layout, LayoutRow } from "./layout-of.js";

/** What colours a stretch of bytes. */
type Look = "number" | "pointer" | "array" | "struct" | "union" | "enum" | "bits" | "hole" | "padding";

/** A stretch of bits with what it says. */
interface Span {
  readonly label: string;
  readonly title: string;
  readonly look: Look;
  /** Bits from the start. */
  readonly start: number;
  readonly end: number;
}

/** Colours of a stretch's ground by theme, and of text and lines. */
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

const LOOKS: readonly Look[] = ["number", "pointer", "array", "struct", "union", "enum", "bits", "hole", "padding"];

const MARGIN = 64;
const WIDTH = 640;
const ROW = 30;
const CHARACTER = 6.7;

function style(colours: typeof LIGHT): string {
  const looks = LOOKS.map((look) => `.${look}{fill:${colours[look]}}`).join("");
  return `${looks}.ground{fill:${colours.ground}}text{fill:${colours.ink}}.faint{fill:${colours.faint}}.edge{stroke:${colours.line}}.stripe{stroke:${colours.line}}`;
}

/** Text in XML. What XML 1.0 can't say, as half a surrogate pair, becomes a question mark. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "?")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}

function lookOf(graph: Btf, typeId: number): Look {
  let id = typeId;
  for (let links = 0; links < 64 && id < graph.typeCount; links++) {
    const type = graph.type(id);
    switch (type.kind) {
      case "PTR":
        return "pointer";
      case "ARRAY":
        return "array";
      case "STRUCT":
        return "struct";
      case "UNION":
        return "union";
      case "ENUM":
      case "ENUM64":
        return "enum";
      case "TYPEDEF":
      case "CONST":
      case "VOLATILE":
      case "RESTRICT":
      case "TYPE_TAG":
        id = type.typeId;
        break;
      default:
        return "number";
    }
  }
  return "number";
}

function bytes(count: number): string {
  return `${count} byte${count === 1 ? "" : "s"}`;
}

function memberSpan(graph: Btf, row: Extract<LayoutRow, { kind: "member" }>): Span {
  const isBits = row.bitfieldSize !== 0;
  const length = isBits ? row.bitfieldSize : row.size * 8;
  const where = isBits ? `bit ${row.bitsOffset}, ${row.bitfieldSize} bits` : `offset ${row.offset}, ${bytes(row.size)}`;
  return {
    label: row.name,
    title: `${row.text}\n${where}`,
    look: isBits ? "bits" : lookOf(graph, row.typeId),
    start: row.bitsOffset,
    end: row.bitsOffset + length,
  };
}

/** What lies side by side: the outermost members, and gaps. */
function spansOf(graph: Btf, { rows }: Layout): Span[] {
  const spans: Span[] = [];
  let opened = "struct";
  for (const row of rows) {
    if (row.depth !== 0) continue;
    if (row.kind === "member") spans.push(memberSpan(graph, row));
    else if (row.kind === "open") opened = row.keyword;
    else if (row.kind === "close") {
      const title = `${opened} {…} ${row.declarator}\noffset ${row.offset}, ${bytes(row.size)}`;
      const look = opened.endsWith("union") ? "union" : "struct";
      const label = row.declarator === "" ? `${opened} {…}` : row.declarator;
      spans.push({ label, title, look, start: row.offset * 8, end: (row.offset + row.size) * 8 });
    } else if (row.kind === "hole" || row.kind === "padding") {
      const [start, end] = [row.offset * 8, (row.offset + row.size) * 8];
      spans.push({ label: row.kind, title: `${row.kind} of ${bytes(row.size)}`, look: row.kind, start, end });
    } else if (row.kind === "bit hole" || row.kind === "bit padding") {
      const look = row.kind === "bit hole" ? "hole" : "padding";
      const end = row.bitsOffset + row.bits;
      spans.push({ label: "", title: `${row.kind} of ${row.bits} bits`, look, start: row.bitsOffset, end });
    }
  }
  return spans;
}

/** Bytes in a row of the picture: few for a small struct, whole cache lines for one of many. */
function rowBytes(size: number): number {
  return size <= 256 ? 8 : size <= 1024 ? 16 : 64;
}

function labelShape(text: string, x: number, y: number, width: number): string {
  const room = Math.floor((width - 8) / CHARACTER);
  if (room < 2) return "";
  const shown = text.length <= room ? text : `${text.slice(0, room - 1)}…`;
  return `<text x="${x + width / 2}" y="${y + ROW / 2 + 4}" text-anchor="middle">${escaped(shown)}</text>`;
}

function spanShapes(span: Span, bits: number, top: number): string {
  const scale = WIDTH / bits;
  let shapes = "";
  let widest = { width: 0, x: 0, y: 0 };
  const first = Math.floor(span.start / bits);
  const last = span.end > span.start ? Math.floor((span.end - 1) / bits) : first - 1;
  for (let row = first; row <= last; row++) {
    const from = Math.max(span.start, row * bits) - row * bits;
    const width = (Math.min(span.end, (row + 1) * bits) - row * bits - from) * scale;
    const x = MARGIN + from * scale;
    const y = top + row * ROW;
    shapes += `<rect class="${span.look} edge" x="${x}" y="${y}" width="${width}" height="${ROW}"/>`;
    if (span.look === "hole" || span.look === "padding") {
      shapes += `<rect fill="url(#stripes)" x="${x}" y="${y}" width="${width}" height="${ROW}"/>`;
    }
    if (width > widest.width) widest = { width, x, y };
  }
  if (shapes === "") return "";
  return `<g><title>${escaped(span.title)}</title>${shapes}${labelShape(span.label, widest.x, widest.y, widest.width)}</g>\n`;
}

/** Which colours a picture has; `auto` are the reader's. */
export type LayoutTheme = "auto" | "light" | "dark";

const STYLES: Readonly<Record<LayoutTheme, string>> = {
  auto: `${style(LIGHT)}@media(prefers-color-scheme:dark){${style(DARK)}}`,
  light: style(LIGHT),
  dark: style(DARK),
};

/** The picture of a layout. */
export function layoutSvg(graph: Btf, layout: Layout, theme: LayoutTheme, cacheLine: number): string {
  const { kind, name, summary } = layout;
  // What a damaged struct has beyond its size is not drawn.
  const limit = summary.size * 8;
  const spans = spansOf(graph, layout)
    .filter(({ start }) => start < limit)
    .map((span) => ({ ...span, end: Math.min(span.end, limit) }));
  const isUnion = kind === "UNION";
  const perRow = rowBytes(summary.size);
  const rowsEach = Math.max(1, Math.ceil(summary.size / perRow));
  const top = 56;
  let body = "";
  let rows = 0;
  for (const span of isUnion ? spans : [undefined]) {
    const start = top + rows * ROW;
    for (let row = 0; row < rowsEach; row++) {
      const y = start + row * ROW;
      const offset = row * perRow;
      body += `<text class="faint" x="${MARGIN - 8}" y="${y + ROW / 2 + 4}" text-anchor="end">${offset}</text>\n`;
    }
    for (const each of span === undefined ? spans : [span]) body += spanShapes(each, perRow * 8, start);
    for (let at = cacheLine; at < summary.size; at += cacheLine) {
      if (at % perRow !== 0) continue;
      const y = start + (at / perRow) * ROW;
      body += `<line class="edge" stroke-width="3" x1="${MARGIN}" x2="${MARGIN + WIDTH}" y1="${y}" y2="${y}"/>\n`;
    }
    rows += rowsEach;
  }
  const title = `${kind.toLowerCase()} ${name === "" ? "{…}" : name}`;
  const gaps = [
    summary.holes > 0 ? `${summary.holes} holes of ${bytes(summary.sumHoles)}` : "",
    summary.bitHoles > 0 ? `${summary.bitHoles} bit holes of ${summary.sumBitHoles} bits` : "",
    summary.padding > 0 ? `padding of ${bytes(summary.padding)}` : "",
  ].filter((part) => part !== "");
  const facts = [bytes(summary.size), `${summary.members} members`, ...gaps].join(", ");
  const legendTop = top + rows * ROW + 16;
  const used = LOOKS.filter((look) => spans.some((span) => span.look === look));
  const legend = used
    .map((look, i) => {
      const x = MARGIN + i * 72;
      const stripes =
        look === "hole" || look === "padding"
          ? `<rect fill="url(#stripes)" x="${x}" y="${legendTop}" width="12" height="12"/>`
          : "";
      return `<rect class="${look} edge" x="${x}" y="${legendTop}" width="12" height="12"/>${stripes}<text class="faint" x="${x + 17}" y="${legendTop + 11}">${look}</text>\n`;
    })
    .join("");
  const [width, height] = [MARGIN + WIDTH + 16, legendTop + 28];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="ui-monospace,monospace" font-size="11" role="img" aria-label="${escaped(`${title}: ${facts}`)}">\n` +
    `<style>${STYLES[theme]}</style>\n` +
    `<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
    `<line class="stripe" y2="6" stroke-width="1.5"/></pattern></defs>\n` +
    `<rect class="ground" width="${width}" height="${height}"/>\n` +
    `<text x="${MARGIN}" y="22" font-size="15" font-weight="bold">${escaped(title)}</text>\n` +
    `<text class="faint" x="${MARGIN}" y="42">${escaped(facts)}</text>\n` +
    `${body}${legend}</svg>\n`
  );
}
