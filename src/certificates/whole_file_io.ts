/** All of it or nothing, and on the disk, whenever the power goes out; for the owner's eyes only. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await Deno.remove(`${path}.new`).catch(() => {});
  const file = await Deno.open(`${path}.new`, { write: true, createNew: true, mode: 0o600 });
  try {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  } finally {
    file.close();
  }
  await Deno.rename(`${path}.new`, path);
}
