import { canonicalLayout } from "../../wire/layout.js";
import { answer, recipe, type Recipe } from "./recipe.js";

/** More than any BTF has bytes. */
const FAR = 0x10000000;
const KINDS_OF_6_18 = 20;
const LAST_WITHOUT_LAYOUT = "7.0";

const aligned = (length: number): boolean => length % 4 === 0;
const unaligned = (length: number): boolean => length % 4 !== 0;

/** Faults of header and sections, in the order in which a kernel looks for them. */
export const HEADER_RECIPES = {
  "data-too-long": recipe("the data has a byte more than 16 MiB", answer("size-limit"), () => ({
    byteLength: (1 << 24) + 1,
  })),
  "header-truncated": recipe("the data ends after 7 bytes", answer("header-short"), () => ({ byteLength: 7 })),
  "header-length-beyond-data": recipe("hdr_len is more than there are bytes", answer("header-cut"), () => ({
    header: { hdrLen: FAR },
  })),
  "byte-order": recipe("everything is in the other byte order", answer("header-cut"), () => ({
    sections: { swapped: true },
  })),
  "header-tail": recipe("a header of 36 bytes whose last word is not 0", answer("header-tail"), () => ({
    sections: { headerBytes: 36 },
    bytes: { 32: 1 },
  })),
  "header-layout-section": recipe(
    "a header of 32 bytes with a sound layout section, which is new in 7.1",
    answer("header-tail", "4.18", LAST_WITHOUT_LAYOUT),
    () => ({ sections: { layout: canonicalLayout(KINDS_OF_6_18) } }),
  ),
  "header-magic": recipe("the magic is 0xeb9e", answer("magic"), () => ({ header: { magic: 0xeb9e } })),
  "header-version": recipe("the version is 2", answer("version"), () => ({ header: { version: 2 } })),
  "header-flags": recipe("the header's flags are 1", answer("flags"), () => ({ header: { flags: 1 } })),
  "sections-missing": recipe("nothing follows the header", answer("no-data"), () => ({ byteLength: 24 })),

  "strings-offset-beyond-data": recipe("str_off lies beyond the data", answer("section-offset"), () => ({
    header: { strOff: FAR },
  })),
  "gap-before-types": recipe("4 bytes between header and types", answer("section-gap"), () => ({
    sections: { gaps: { types: 4 } },
  })),
  "gap-before-strings": recipe("4 bytes between types and strings", answer("section-gap"), () => ({
    sections: { gaps: { strings: 4 } },
  })),
  "trailing-bytes": recipe("4 bytes after the last section", answer("section-gap"), () => ({
    sections: { trailing: 4 },
  })),
  "sections-overlap": recipe("str_off lies within the types", answer("section-overlap"), () => ({
    header: { strOff: (offset) => offset - 4 },
  })),
  "types-length-beyond-data": recipe("type_len is more than there are bytes", answer("section-length"), () => ({
    header: { typeLen: (length) => length + FAR },
  })),
  "strings-length-beyond-data": recipe("str_len is more than there are bytes", answer("section-length"), () => ({
    header: { strLen: (length) => length + FAR },
  })),
  "strings-first": recipe("the strings come before the types", answer("string-section-place"), () => ({
    sections: { order: ["strings", "types"] },
  })),
  "strings-empty": recipe("str_len is 0", answer("string-section"), (draft) => draft.dropStrings()),
  "strings-first-byte": recipe("the string section does not begin with a NUL", answer("string-section"), (draft) => ({
    strings: { [draft.parts.stringStart]: "A" },
  })),
  "strings-unterminated": recipe("the string section does not end with a NUL", answer("string-section"), (draft) => {
    draft.string("unterminated");
    return { strings: { [draft.stringEnd - 1]: "A" } };
  }),
  "strings-too-long": recipe(
    "the string section has more than 64 KiB, which 5.5 allowed",
    answer("string-section", "4.18", "5.4"),
    (draft) => draft.padStrings((length) => length > 0x10000),
  ),
  "layout-offset-unaligned": recipe(
    "layout_off is no multiple of 4",
    [answer("layout-alignment", "7.1"), answer("header-tail", "4.18", LAST_WITHOUT_LAYOUT)],
    (draft) => {
      draft.padStrings(unaligned);
      return { sections: { layout: canonicalLayout(2), order: ["types", "strings", "layout"] } };
    },
  ),
  "layout-truncated": recipe(
    "the layout section has 3 bytes",
    [answer("layout-size", "7.1"), answer("header-tail", "4.18", LAST_WITHOUT_LAYOUT)],
    (draft) => {
      draft.padStrings(aligned);
      return { sections: { layout: new Uint8Array(3), order: ["types", "strings", "layout"] } };
    },
  ),
  "layout-length-odd": recipe(
    "the layout section's length is no multiple of 4",
    [answer("layout-length", "7.1"), answer("header-tail", "4.18", LAST_WITHOUT_LAYOUT)],
    (draft) => {
      draft.padStrings(aligned);
      return { sections: { layout: new Uint8Array(6), order: ["types", "strings", "layout"] } };
    },
  ),
  "types-offset-unaligned": recipe(
    "type_off is no multiple of 4, of an empty type section",
    answer("type-section-alignment"),
    (draft) => {
      draft.dropTypes();
      draft.padStrings(unaligned);
      return { sections: { order: ["strings", "types"] } };
    },
  ),
  "types-empty": recipe("type_len is 0", answer("no-types"), (draft) => draft.dropTypes()),
} as const satisfies Record<string, Recipe>;
