/**
 * Letters that are hard to tell from a Latin one in common fonts, by the Latin one in lower case: Cyrillic, Greek,
 * Armenian, Cherokee, Lisu, and Latin letters that have no decomposition (small capitals, strokes, dotless i). Both cases are
 * listed where both look like it. Escapes, since a reader could not tell them apart either.
 *
 * Our own table, after the idea of Unicode Technical Standard 39 and far smaller than its data: it covers what is at
 * hand on keyboards and in converters that sell "fancy text", and no other script.
 *
 * @see UTS 39 section 4 https://www.unicode.org/reports/tr39/#Confusable_Detection
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: "\u0430\u0410\u03b1\u0391\u0251\u1d00\u13aa\ua4ee",
  ae: "\u00e6\u00c6\u04d5\u04d4\u1d01",
  b: "\u0432\u0412\u03b2\u0392\u044c\u042c\u0299\u13cf\u13f4\u0180\u0253\ua4d0",
  c: "\u0441\u0421\u03f2\u03f9\u1d04\u13df\u023c\u0188\ua4da",
  d: "\u0501\u0500\u0111\u0110\u0256\u0257\u1d05\u13a0\u00f0\u00d0\ua4d3",
  e: "\u0435\u0415\u0395\u03b5\u0404\u0454\u1d07\u13ac\u0247\u0259\u04bd\u0437\u0417\ua4f0",
  f: "\u03dc\u03dd\ua730\u0192\u0191\u0584\ua4dd",
  g: "\u0261\u0581\u0262\u13c0\u01e5\u0260\u050d\u050c\ua4d6",
  h: "\u043d\u041d\u0397\u04bb\u04ba\u0570\u029c\u13bb\u0127\u0126\ua4e7",
  i: "\u0456\u0406\u0399\u03b9\u0131\u026a\u04c0\u04cf\u0269\u13a5\u0268\u01c0\ua4f2",
  j: "\u0458\u0408\u03f3\u037f\u029d\u1d0a\u13ab\u0249\u0237\ua4d9",
  k: "\u043a\u041a\u03ba\u039a\u1d0b\u13e6\u0199\u049b\u049a\ua4d7",
  l: "\u029f\u13de\u0142\u0141\u026b\ua4e1",
  m: "\u043c\u041c\u039c\u1d0d\u13b7\u0271\ua4df",
  n: "\u0578\u057c\u03b7\u039d\u0274\u0272\u014b\u043f\u041f\ua4e0",
  o: "\u043e\u041e\u03bf\u039f\u03c3\u0585\u0555\u1d0f\u00f8\u00d8\u0275\u04e9\u04e8\u03b8\u0398\ua4f3",
  oe: "\u0153\u0152\u0276",
  p: "\u0440\u0420\u03c1\u03a1\u1d18\u13e2\u01a5\u03f8\ua4d1",
  q: "\u051b\u051a\u0566\u0563\u02a0",
  r: "\u0433\u0280\u13d2\u13a1\u0491\u027e\u024d\ua4e3",
  s: "\u0455\u0405\u054f\ua731\u13da\u0282\ua4e2",
  ss: "\u00df\u1e9e",
  t: "\u0442\u0422\u03c4\u03a4\u1d1b\u13a2\u0167\u0166\u01ad\ua4d4",
  u: "\u03c5\u03bc\u057d\u054d\u1d1c\u0289\u028b\u0446\ua4f4",
  v: "\u03bd\u0475\u0474\u1d20\u13d9\ua4e6",
  w: "\u03c9\u051d\u051c\u0461\u0460\u0448\u0428\u1d21\u13b3\u13d4\u026f\ua4ea",
  x: "\u0445\u0425\u03c7\u03a7\u04b3\u04b2\ua4eb",
  y: "\u0443\u0423\u03b3\u03a5\u04af\u04ae\u028f\u13a9\u024f\u01b4\ua4ec",
  z: "\u0396\u1d22\u13c3\u01b6\u01b5\u0225\ua4dc",
};

const LATIN: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([latin, letters]) =>
    Array.from(letters, (letter) => [letter, latin] as const),
  ),
);

/** The Latin letter that this one looks like, or the letter itself. */
export function latinLookAlike(letter: string): string {
  return LATIN.get(letter) ?? letter;
}
