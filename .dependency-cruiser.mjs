/**
 * The layers of src/, checked: a folder imports only the folders named in its line, nothing imports in circles, and
 * packages and Node's own modules stay where they belong. A new folder is a new line.
 */

/** @typedef {{ folders: string[], packages?: string[], node?: boolean }} Room */

/** Lowest first. @type {Record<string, Room>} */
const rooms = {
  wire: { folders: [] },
  spelling: { folders: [] },
  model: { folders: ["wire", "spelling"] },
  encoder: { folders: ["model"] },
  decoder: { folders: ["model"] },
  builder: { folders: ["model", "spelling"] },
  transform: { folders: ["model", "builder"], packages: ["immer"] },
  kernel: { folders: ["model", "encoder", "transform"] },
  text: { folders: ["model", "encoder", "decoder", "builder", "spelling"] },
  elf: { folders: ["model", "encoder", "decoder"] },
  fixtures: { folders: ["model", "encoder", "decoder", "builder", "text"] },
  damage: { folders: ["model", "encoder", "builder", "kernel"] },
  arbitraries: { folders: ["model", "builder", "kernel", "damage"], packages: ["fast-check"] },
};

const core = Object.keys(rooms);
rooms.node = { folders: core, packages: ["koffi", "tsx"], node: true };
rooms.matchers = { folders: [...core, "node"], node: true };
rooms.vitest = { folders: [...core, "node", "matchers"], packages: ["vitest"], node: true };
rooms.cli = { folders: [...core, "node"], packages: ["commander"], node: true };

/** The public face. A re-export is all it does, so it needs no more than its parts. */
const face = { folders: ["model", "encoder", "decoder", "builder", "transform"] };

/** Who may read the graph may read the words that it is made of. @param {string[]} folders */
const withWire = (folders) => (folders.includes("model") ? ["wire", ...folders] : folders);

/** @param {string[]} names */
const oneOf = (names) => `(?:${names.join("|")})`;

/**
 * The rules for one room.
 *
 * @param {string} name
 * @param {string} from a pattern for its files
 * @param {string[]} own patterns of what always may be imported: itself, and the face where that lies below
 * @param {Room} room
 */
function rulesFor(name, from, own, { folders, packages = [], node = false }) {
  const below = folders.length > 0 ? [`^src/${oneOf(withWire(folders))}/`] : [];
  const rules = [
    {
      name: `${name}-imports-only-its-folders`,
      comment: `Beside itself: ${withWire(folders).join(", ") || "nothing"}.`,
      severity: "error",
      from: { path: from },
      to: { path: "^src/", pathNot: [...own, ...below] },
    },
    {
      name: `${name}-imports-only-its-packages`,
      comment: packages.join(", ") || "None.",
      severity: "error",
      from: { path: from },
      to: {
        dependencyTypesNot: ["local", "core", "aliased"],
        couldNotResolve: false,
        pathNot: ["^src/", ...packages.map((p) => `(?:^|node_modules/)${p}(?:/|$)`)],
      },
    },
  ];
  if (!node) {
    rules.push({
      name: `${name}-runs-in-a-browser`,
      severity: "error",
      from: { path: from },
      to: { dependencyTypes: ["core"] },
    });
  }
  return rules;
}

/** A file in a folder that has no line above, or beside src/index.ts. */
const roomless = { path: "^src/", pathNot: [`^src/${oneOf(Object.keys(rooms))}/`, "^src/index[.]ts$"] };

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...rulesFor("index", "^src/index[.]ts$", ["^src/index[.]ts$"], face),
    ...Object.entries(rooms).flatMap(([name, room]) => {
      const own = [`^src/${name}/`];
      if (room.node) own.push("^src/index[.]ts$");
      return rulesFor(name, `^src/${name}/`, own, room);
    }),
    // Whether it imports, is imported, or neither.
    ...[
      { from: roomless, to: {} },
      { from: {}, to: roomless },
      { from: { ...roomless, orphan: true }, to: {} },
    ].map((where) => ({ name: "every-file-has-a-room", severity: "error", ...where })),
    {
      name: "src-imports-src",
      comment: "Source reads no tests, examples, benchmarks or build output, and itself not by the package's name.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(?:test|examples|bench|scripts|types|dist|docs)/" },
    },
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "every-import-resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // A type-only import is an import: layers are about what a reader has to know.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default", "node"],
    },
  },
};
