/** Values of DER (X.690) that stand one after the other, each whole; what is no whole value ends them. */
export function derValues(bytes: Uint8Array): readonly Uint8Array[] {
  const values: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const head = headLength(bytes, at);
    const length = head === null ? null : head + contentLength(bytes, at);
    if (length === null || at + length > bytes.length) return values;
    values.push(bytes.subarray(at, at + length));
    at += length;
  }
  return values;
}

/** What is in a value, without its tag and length. */
export function derContent(value: Uint8Array): Uint8Array {
  return value.subarray(headLength(value, 0) ?? value.length);
}

/** Tag and length together; null where they are no such thing, or longer than anything here. */
function headLength(bytes: Uint8Array, at: number): number | null {
  const first = bytes[at + 1];
  if (first === undefined) return null;
  if (first < 0x80) return 2;
  const count = first & 0x7f;
  return count < 1 || count > 3 || at + 2 + count > bytes.length ? null : 2 + count;
}

function contentLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return first;
  return bytes.subarray(at + 2, at + 2 + (first & 0x7f))
    .reduce((sum, byte) => sum * 256 + byte, 0);
}
