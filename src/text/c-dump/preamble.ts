/** What stands around the types; the words are bpftool's, as programs look for them. */

/** Joins lines that a blank one closes. */
function paragraph(...lines: readonly string[]): string {
  return `${lines.join("\n")}\n\n`;
}

const GUARD = paragraph("#ifndef __VMLINUX_H__", "#define __VMLINUX_H__");

const PRESERVE = paragraph(
  "#ifndef BPF_NO_PRESERVE_ACCESS_INDEX",
  "#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)",
  "#endif",
);

/** A macro that is defined unless it is already. */
function macro(name: string, value: string): string {
  return paragraph(`#ifndef ${name}`, `#define ${name} ${value}`, "#endif");
}

const FASTCALL = "__bpf_fastcall";

export const PREAMBLE_7_1 = `${GUARD}${PRESERVE}`;

export const PREAMBLE_7_8 = [
  GUARD,
  PRESERVE,
  macro("__ksym", '__attribute__((section(".ksyms")))'),
  macro("__weak", "__attribute__((weak))"),
  paragraph(
    `#ifndef ${FASTCALL}`,
    "#if __has_attribute(bpf_fastcall)",
    `#define ${FASTCALL} __attribute__((bpf_fastcall))`,
    "#else",
    `#define ${FASTCALL}`,
    "#endif",
    "#endif",
  ),
].join("");

export const KFUNCS_OPEN = "\n/* BPF kfuncs */\n#ifndef BPF_NO_KFUNC_PROTOTYPES\n";
export const KFUNCS_CLOSE = paragraph("#endif");

export const CLOSING = `${paragraph("#ifndef BPF_NO_PRESERVE_ACCESS_INDEX", "#pragma clang attribute pop", "#endif")}#endif /* __VMLINUX_H__ */\n`;
