import { Button, PostForm, TextArea } from "../components/forms.js";
import { Card } from "../components/table.js";
import { EXAMPLE, judge } from "../playground/judge.js";
import { VerdictView } from "../playground/verdict-view.js";
import type { Handler } from "../reading/visit.js";

/** Judges a body that the operator pastes, and registers nothing. With the rules at hand, the browser judges while they type. */
export const playground: Handler = ({ tools, operator, form }) => {
  const { registration, playground: rules } = tools;
  const endpoint = registration.authorizationServerMetadata.registration_endpoint;
  const text = (form.get("body") ?? EXAMPLE).replaceAll("\r\n", "\n");
  const verdict = judge(text, (body) => registration.explainClientMetadata(body), endpoint);
  const live = rules ? { "data-rules": JSON.stringify(rules), "data-endpoint": endpoint } : {};
  return Promise.resolve({
    title: "Playground",
    ...(rules && { scripts: ["playground.js"] }),
    body: (
      <>
        <p>
          Paste what a client sends, and see what the metadata rules of this server find. Nothing is
          registered. The playground does not check software statements, limits of tokens, or policies.
        </p>
        <div class="columns playground" id="playground" {...live}>
          <Card title="Body">
            <PostForm action="/playground" token={operator.formToken}>
              <TextArea label="Client metadata, as JSON" name="body" rows={18} value={text} isCode />
              <Button kind="primary">Check</Button>
            </PostForm>
          </Card>
          <Card title="Result">
            <div id="verdict" aria-live="polite">
              <VerdictView verdict={verdict} />
            </div>
          </Card>
        </div>
      </>
    ),
  });
};
