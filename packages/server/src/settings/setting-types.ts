/** A JSON Schema (2020-12), of the keywords that `schemaProblem` knows. */
export interface JsonSchema {
  /** What a value must be, in words. */
  readonly description: string;
  readonly type?: "string" | "integer" | "boolean" | "array" | "object";
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly anyOf?: readonly JsonSchema[];
}

/** How a setting is written in a configuration file. */
export interface SettingType {
  /** What its member may be. */
  readonly schema: JsonSchema;
  /** Such a value as the flag has it. */
  readonly textOf: (value: never) => string;
  /** Whether the value is a URL that may hold a password, which must not stand in a file. */
  readonly mayHoldPassword?: true;
}

/** Names the environment variable that holds the value. */
export interface EnvironmentReference {
  readonly env: string;
}

export const text = (description: string): SettingType => ({
  schema: { description, type: "string", minLength: 1 },
  textOf: String,
});

const textLike = (pattern: string, description: string): SettingType => ({
  schema: { description, type: "string", pattern },
  textOf: String,
});

/** A URL that may need a password. With one, it is the value of an environment variable that the file names. */
export const urlOfService = (description: string): SettingType => ({
  schema: {
    description: `${description}, without a password, or { "env": NAME } for the environment variable that holds it`,
    anyOf: [
      { description, type: "string", minLength: 1 },
      {
        description: "the name of an environment variable",
        type: "object",
        properties: {
          env: {
            description: "the name of an environment variable",
            type: "string",
            pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
          },
        },
        required: ["env"],
        additionalProperties: false,
      },
    ],
  },
  textOf: String,
  mayHoldPassword: true,
});

export const oneOf = (...names: readonly string[]): SettingType => ({
  schema: { description: `one of ${names.join(", ")}`, enum: names },
  textOf: String,
});

export const onOff: SettingType = {
  schema: { description: "true or false", type: "boolean" },
  textOf: (value: boolean) => (value ? "on" : "off"),
};

const wholeNumbers = (minimum: number, maximum: number) => ({
  description: `a whole number from ${minimum} to ${maximum}`,
  type: "integer" as const,
  minimum,
  maximum,
});

export type WholeNumberType = ReturnType<typeof wholeNumber>;

export const wholeNumber = (minimum: number, maximum: number) => ({
  schema: wholeNumbers(minimum, maximum),
  textOf: String,
});

export const countOrOff: SettingType = {
  schema: {
    description: 'a whole number from 1 to 999999999, or "off"',
    anyOf: [wholeNumbers(1, 999_999_999), { description: '"off"', enum: ["off"] }],
  },
  textOf: String,
};

export const rate = textLike(
  "^(off|[1-9][0-9]{0,8}/[1-9][0-9]{0,8})$",
  'N/SECONDS such as "100/60", or "off"',
);

export const duration = textLike(
  "^(off|[1-9][0-9]{0,8}[smhd])$",
  'a duration such as "30m", "24h" or "7d", or "off"',
);

/** A list whose entries the flag separates by spaces. */
export const spacedList = (entry: string): SettingType => ({
  schema: {
    description: `a list of ${entry}, without spaces in them`,
    type: "array",
    items: { description: "a text without spaces", type: "string", pattern: "^\\S+$" },
  },
  textOf: (value: readonly string[]) => value.join(" "),
});

/** The same with at least one entry. */
export const filledList = (entry: string): SettingType => {
  const { schema, textOf } = spacedList(entry);
  return { schema: { ...schema, minItems: 1 }, textOf };
};

/** A list whose entries the flag separates by commas. */
export const commaList = (entry: string): SettingType => ({
  schema: {
    description: `a list of ${entry}, without commas in them`,
    type: "array",
    minItems: 1,
    items: { description: "a text without commas", type: "string", pattern: "^[^,]+$" },
  },
  textOf: (value: readonly string[]) => value.join(","),
});

/** Rules in their order. The flag has them as `verdict:pattern`, separated by spaces. */
export const admissionRuleList: SettingType = {
  schema: {
    description: "a list of rules, the last of them for *",
    type: "array",
    minItems: 1,
    items: {
      description: 'a rule such as { "match": "*.example.com", "verdict": "allow" }',
      type: "object",
      properties: {
        match: {
          description: "a host, *.host, an https URL, one that ends with /*, or *",
          type: "string",
          pattern: "^\\S+$",
        },
        verdict: { description: "one of allow, block, hold", enum: ["allow", "block", "hold"] },
      },
      required: ["match", "verdict"],
      additionalProperties: false,
    },
  },
  textOf: (rules: readonly { readonly match: string; readonly verdict: string }[]) =>
    rules.map(({ match, verdict }) => `${verdict}:${match}`).join(" "),
};
