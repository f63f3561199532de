/**
 * The longest start of `text` that has at most `limit` UTF-16 units and does not cut a character in
 * half; nothing where the limit leaves no room.
 */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (limit <= 0) return "";
  const last = text.charCodeAt(limit - 1);
  const cutsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, cutsPair ? limit - 1 : limit);
}
