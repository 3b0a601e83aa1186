/** Stands for what reads the form of a token request; yours may be the body parser of your framework. */
export async function readForm(body: AsyncIterable<Buffer>): Promise<URLSearchParams> {
  let text = "";
  for await (const part of body) {
    text += part.toString();
    if (text.length > 65_536) throw new Error("too long");
  }
  return new URLSearchParams(text);
}
