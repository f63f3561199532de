/** Says a figure of a test run to whoever reads along; nothing depends on it. */
export function remark(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`    ${text}\n`));
}
