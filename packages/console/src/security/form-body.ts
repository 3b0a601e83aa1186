/** Enough for the longest notes and for a body in the playground. */
const MOST_BYTES = 262_144;
const MOST_FIELDS = 50;

/**
 * The fields of a form, read in a bounded way. `undefined` for another content type, for too long a body, and for too many
 * fields.
 */
export async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return undefined;
  const text = await readText(request.body);
  if (text === undefined) return undefined;
  const form = new URLSearchParams(text);
  return form.size <= MOST_FIELDS ? form : undefined;
}

async function readText(body: Request["body"]): Promise<string | undefined> {
  if (!body) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MOST_BYTES) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
