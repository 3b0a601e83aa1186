/** The body of an answer as text, up to `mostBytes`; the rest is not read. */
export async function readBounded(response: Response, mostBytes: number): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    const room = mostBytes - bytes;
    text += decoder.decode(value.subarray(0, room), { stream: true });
    bytes += value.length;
    if (bytes < mostBytes) continue;
    // What the server still sends is of no interest, and neither is how its connection ends.
    reader.cancel().catch(() => undefined);
    return text;
  }
}
