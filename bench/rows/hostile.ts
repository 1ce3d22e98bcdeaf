import { verify, type Verdict } from "btfkit/kernel";

import { HOSTILE } from "../../test/kernel/hostile-cases.js";
import type { Op, Row } from "../harness/row.js";

const opFor = ({ name, build, kernel = "6.18" }: (typeof HOSTILE)[number]): Op => ({
  name,
  prepare() {
    const data = build();
    let verdict: Verdict | undefined;
    return {
      reset: () => (verdict = undefined),
      run: () => (verdict = verify(data, { kernel, logLevel: 0 })),
      check: () => (verdict!.ok ? 1 : 0),
    };
  },
});

/** 16 MiB made to be slow, with the log off: no kernel is asked, some of them would keep it busy for hours. */
export const hostile: readonly Row[] = HOSTILE.map((shape, i) => ({
  id: `hostile-${i + 1}`,
  title: `verify 16 MiB: ${shape.name}`,
  ours: { by: "op", op: opFor(shape) },
  targets: [{ figure: "ms", most: 1000 }],
  slow: true,
}));
