import type { Child } from "hono/jsx";

/** A form that changes something. It carries the token that shows that it came from the console. */
export function PostForm(props: {
  readonly action: string;
  readonly token: string;
  readonly hidden?: Readonly<Record<string, string | number>>;
  readonly class?: string;
  readonly children?: Child;
}) {
  const { action, token, hidden = {}, children } = props;
  return (
    <form method="post" action={action} class={props.class ?? "form"}>
      <input type="hidden" name="form_token" value={token} />
      {Object.entries(hidden).map(([name, value]) => (
        <input type="hidden" name={name} value={String(value)} />
      ))}
      {children}
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  /** Makes the field's id one of its own where a name stands on a page more than once. */
  readonly within?: string | undefined;
}

function idOf({ name, within }: FieldProps): string {
  return within === undefined ? `field-${name}` : `field-${within}-${name}`;
}

function Field(props: FieldProps & { readonly children?: Child }) {
  const id = idOf(props);
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children}
      {props.hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
    </div>
  );
}

function described(props: FieldProps): { readonly "aria-describedby"?: string } {
  return props.hint === undefined ? {} : { "aria-describedby": `${idOf(props)}-hint` };
}

/** One line of text. */
export function TextField(
  props: FieldProps & {
    readonly most?: number;
    readonly type?: "text" | "number" | "date";
    readonly isRequired?: boolean;
  },
) {
  return (
    <Field {...props}>
      <input
        id={idOf(props)}
        name={props.name}
        type={props.type ?? "text"}
        value={props.value ?? ""}
        maxlength={props.most ?? 500}
        autocomplete="off"
        spellcheck={false}
        {...(props.isRequired === true && { required: true })}
        {...described(props)}
      />
    </Field>
  );
}

/** Several lines of text. */
export function TextArea(
  props: FieldProps & { readonly rows: number; readonly most?: number; readonly isCode?: boolean },
) {
  return (
    <Field {...props}>
      <textarea
        id={idOf(props)}
        name={props.name}
        rows={props.rows}
        {...(props.most !== undefined && { maxlength: props.most })}
        spellcheck={false}
        class={props.isCode === true ? "code-input" : ""}
        {...described(props)}
      >
        {`\n${props.value ?? ""}`}
      </textarea>
    </Field>
  );
}

/** One of several values. */
export function SelectField(
  props: FieldProps & { readonly options: readonly (readonly [value: string, words: string])[] },
) {
  return (
    <Field {...props}>
      <select id={idOf(props)} name={props.name} {...described(props)}>
        {props.options.map(([value, words]) => (
          <option value={value} {...(value === (props.value ?? "") && { selected: true })}>
            {words}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Sends a form. */
export function Button(props: {
  readonly children?: Child;
  readonly kind?: "primary" | "danger" | "plain";
  readonly name?: string;
  readonly value?: string;
}) {
  const { name, value } = props;
  return (
    <button
      type="submit"
      class={`button ${props.kind ?? "plain"}`}
      {...(name !== undefined && { name })}
      {...(value !== undefined && { value })}
    >
      {props.children}
    </button>
  );
}
