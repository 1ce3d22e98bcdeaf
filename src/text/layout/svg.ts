import type { Btf } from "../../model/btf.js";
import { printable } from "../printable.js";
import type { Layout } from "./layout-of.js";
import { blocksOf, bytesText, type Block, type Span } from "./spans.js";
import { isGap, LOOKS, STYLES, type LayoutTheme } from "./svg-theme.js";

const MARGIN = 64;
const ROW = 30;
/** Between the blocks of a union. */
const BLOCK_GAP = 10;
const TITLE = 18;
/** Widths of a character of a label, and of one that stands upright in a narrow stretch. */
const CHARACTER = 6.7;
const SMALL_CHARACTER = 4.9;

/** Text in XML. */
function escaped(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** As {@link escaped}, in lines. */
function escapedLines(text: string): string {
  return text.split("\n").map(escaped).join("\n");
}

/** How bits become places. */
interface Grid {
  /** Bytes in a row. */
  readonly perRow: number;
  /** Units of the picture. */
  readonly width: number;
}

/** True for what a row of 4 bytes would cut in two. */
function isWide({ start, end, look }: Span): boolean {
  return end - start > 32 && look !== "array" && !isGap(look);
}

/**
 * Bytes in a row: as many as a protocol's drawing has for a small struct of small numbers, and whole cache lines for one
 * of many.
 */
function gridOf(size: number, blocks: readonly Block[]): Grid {
  const hasBits = blocks.some(({ spans }) => spans.some(({ look }) => look === "bits"));
  if (size <= 64 && hasBits && !blocks.some(({ spans }) => spans.some(isWide))) return { perRow: 4, width: 640 };
  if (size <= 256) return { perRow: 8, width: 640 };
  return size <= 1024 ? { perRow: 16, width: 800 } : { perRow: 64, width: 1120 };
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(1, room - 1))}…`;
}

/** A label in the middle of a place, upright when it is too narrow; none when it is too small. */
function labelShape(text: string, x: number, y: number, width: number, height: number): string {
  if (text === "") return "";
  const [midX, midY] = [x + width / 2, y + height / 2];
  const room = Math.floor((width - 8) / CHARACTER);
  if (room >= Math.min(3, text.length)) {
    return `<text x="${midX}" y="${midY + 4}" text-anchor="middle">${escaped(cut(text, room))}</text>`;
  }
  if (width < 9) return "";
  const shown = cut(text, Math.floor((height - 4) / SMALL_CHARACTER));
  return (
    `<text x="${midX}" y="${midY}" font-size="8" text-anchor="middle" dominant-baseline="central" ` +
    `transform="rotate(-90 ${midX} ${midY})">${escaped(shown)}</text>`
  );
}

/** A stretch as one outline, however many rows it goes over, with its label where there is most room. */
function spanShape({ start, end, look, label, title }: Span, { perRow, width }: Grid, top: number): string {
  if (end <= start) return "";
  const bits = perRow * 8;
  const scale = width / bits;
  const firstRow = Math.floor(start / bits);
  const lastRow = Math.floor((end - 1) / bits);
  const [left, right] = [MARGIN, MARGIN + width];
  const from = left + (start - firstRow * bits) * scale;
  const to = left + (end - lastRow * bits) * scale;
  const y = (row: number): number => top + row * ROW;
  let outline: string;
  if (firstRow === lastRow) outline = `M${from} ${y(firstRow)}H${to}V${y(firstRow + 1)}H${from}Z`;
  else if (lastRow === firstRow + 1 && to <= from) {
    outline = `M${from} ${y(firstRow)}H${right}V${y(lastRow)}H${from}ZM${left} ${y(lastRow)}H${to}V${y(lastRow + 1)}H${left}Z`;
  } else {
    outline = `M${from} ${y(firstRow)}H${right}V${y(lastRow)}H${to}V${y(lastRow + 1)}H${left}V${y(firstRow + 1)}H${from}Z`;
  }
  const firstFull = from === left ? firstRow : firstRow + 1;
  const lastFull = to === right ? lastRow : lastRow - 1;
  let place: [x: number, y: number, width: number, height: number];
  if (firstRow === lastRow) place = [from, y(firstRow), to - from, ROW];
  else if (lastFull >= firstFull) place = [left, y((firstFull + lastFull) >> 1), width, ROW];
  else if (right - from >= to - left) place = [from, y(firstRow), right - from, ROW];
  else place = [left, y(lastRow), to - left, ROW];
  const stripes = isGap(look) ? `<path fill="url(#stripes)" d="${outline}"/>` : "";
  return (
    `<g><title>${escapedLines(title)}</title><path class="${look} edge" d="${outline}"/>${stripes}` +
    `${labelShape(label, ...place)}</g>\n`
  );
}

/** A block with the offsets of its rows and the ends of cache lines. */
function blockShape({ spans, size }: Block, grid: Grid, top: number, cacheLine: number): string {
  const { perRow, width } = grid;
  let shapes = "";
  for (let offset = 0; offset < Math.max(1, size); offset += perRow) {
    const y = top + (offset / perRow) * ROW + ROW / 2 + 4;
    shapes += `<text class="faint" x="${MARGIN - 8}" y="${y}" text-anchor="end">${offset}</text>\n`;
  }
  for (const span of spans) shapes += spanShape(span, grid, top);
  // A row that is a whole cache line needs no other sign.
  const linesEnd = perRow < cacheLine ? size : 0;
  for (let at = cacheLine; at < linesEnd; at += cacheLine) {
    if (at % perRow !== 0) continue;
    const y = top + (at / perRow) * ROW;
    shapes += `<line class="edge" stroke-width="3" x1="${MARGIN}" x2="${MARGIN + width}" y1="${y}" y2="${y}"/>\n`;
  }
  return shapes;
}

function legendShape(blocks: readonly Block[], top: number): string {
  const used = LOOKS.filter((look) =>
    blocks.some(({ spans }) => spans.some((span) => span.look === look && span.end > span.start)),
  );
  let shapes = "";
  for (const [i, look] of used.entries()) {
    const x = MARGIN + i * 72;
    const box = `x="${x}" y="${top}" width="12" height="12"`;
    const stripes = isGap(look) ? `<rect fill="url(#stripes)" ${box}/>` : "";
    shapes += `<rect class="${look} edge" ${box}/>${stripes}<text class="faint" x="${x + 17}" y="${top + 11}">${look}</text>\n`;
  }
  return shapes;
}

function factsText({ packed, summary }: Layout): string {
  const gaps = [
    summary.holes > 0 ? `${summary.holes} hole${summary.holes === 1 ? "" : "s"} of ${bytesText(summary.sumHoles)}` : "",
    summary.bitHoles > 0
      ? `${summary.bitHoles} bit hole${summary.bitHoles === 1 ? "" : "s"} of ${summary.sumBitHoles} bit${summary.sumBitHoles === 1 ? "" : "s"}`
      : "",
    summary.padding > 0 ? `padding of ${bytesText(summary.padding)}` : "",
  ].filter((part) => part !== "");
  if (packed) gaps.unshift("packed");
  return [bytesText(summary.size), `${summary.members} member${summary.members === 1 ? "" : "s"}`, ...gaps].join(", ");
}

/** The picture of a layout. */
export function layoutSvg(graph: Btf, layout: Layout, theme: LayoutTheme, cacheLine: number): string {
  const { kind, name, summary } = layout;
  const blocks = blocksOf(graph, layout);
  const grid = gridOf(summary.size, blocks);
  let top = 56;
  let body = "";
  for (const [i, block] of blocks.entries()) {
    if (i > 0) top += BLOCK_GAP;
    if (block.title !== "") {
      body += `<text x="${MARGIN}" y="${top + 12}">${escaped(block.title)}</text>\n`;
      top += TITLE;
    }
    body += blockShape(block, grid, top, cacheLine);
    top += Math.max(1, Math.ceil(block.size / grid.perRow)) * ROW;
  }
  const title = `${kind.toLowerCase()} ${name === "" ? "{…}" : name}`;
  const facts = factsText(layout);
  const [width, height] = [MARGIN + grid.width + 16, top + 44];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `font-family="ui-monospace,monospace" font-size="11" role="img" aria-label="${escaped(`${title}: ${facts}`)}">\n` +
    `<style>${STYLES[theme]}</style>\n` +
    `<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
    `<line class="stripe" y2="6" stroke-width="1.5"/></pattern></defs>\n` +
    `<rect class="ground" width="${width}" height="${height}"/>\n` +
    `<text x="${MARGIN}" y="22" font-size="15" font-weight="bold">${escaped(title)}</text>\n` +
    `<text class="faint" x="${MARGIN}" y="42">${escaped(facts)}</text>\n` +
    `${body}${legendShape(blocks, top + 16)}</svg>\n`
  );
}
