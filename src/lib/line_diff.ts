/** A line of the difference between two texts. */
export interface DiffLine {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
  /** In the text that it is in, from 1: the new one for lines that are the same. */
  readonly line: number;
}

/** More comparisons than these are not made: then the middle is shown as gone and new. */
const CELLS_MAX = 4_000_000;

/** What has to change for `before` to become `after`, line by line: a longest common subsequence. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [left, right] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (
    end < left.length - start && end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  ) end++;
  const same = (text: string, index: number): DiffLine => ({ kind: "same", text, line: index + 1 });
  const middle = diffMiddle(
    left.slice(start, left.length - end),
    right.slice(start, right.length - end),
    start,
  );
  return [
    ...right.slice(0, start).map(same),
    ...middle,
    ...right.slice(right.length - end).map((text, index) => same(text, right.length - end + index)),
  ];
}

function diffMiddle(
  left: readonly string[],
  right: readonly string[],
  offset: number,
): readonly DiffLine[] {
  const lengths = left.length * right.length > CELLS_MAX ? null : commonLengths(left, right);
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    const [gone, fresh] = [left[row], right[column]];
    const width = right.length + 1;
    const below = lengths?.[(row + 1) * width + column] ?? 0;
    const beside = lengths?.[row * width + column + 1] ?? 0;
    if (lengths !== null && gone !== undefined && gone === fresh) {
      lines.push({ kind: "same", text: gone, line: offset + ++column });
      row++;
    } else if (gone !== undefined && (fresh === undefined || below >= beside)) {
      lines.push({ kind: "gone", text: gone, line: offset + ++row });
    } else if (fresh !== undefined) {
      lines.push({ kind: "new", text: fresh, line: offset + ++column });
    }
  }
  return lines;
}

/** How many lines the ends of both texts, from each pair of places on, have in common. */
function commonLengths(left: readonly string[], right: readonly string[]): Uint32Array {
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      lengths[row * width + column] = left[row] === right[column]
        ? (lengths[(row + 1) * width + column + 1] ?? 0) + 1
        : Math.max(
          lengths[(row + 1) * width + column] ?? 0,
          lengths[row * width + column + 1] ?? 0,
        );
    }
  }
  return lengths;
}

/** Only what changed, with so many lines around it; null stands for lines that are left out. */
export function diffExcerpt(
  lines: readonly DiffLine[],
  around: number,
): readonly (DiffLine | null)[] {
  const isNear = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== "same")
  );
  return lines.flatMap((line, index): readonly (DiffLine | null)[] => {
    if (isNear[index]) return [line];
    return isNear[index - 1] ? [null] : [];
  });
}
