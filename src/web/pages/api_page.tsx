import type { ApiDocument } from "../api/api_document.ts";
import { type ApiText, apiTextOf } from "../api_text.ts";
import { type ApiSchema, FieldTable, SchemaType } from "./api_schema.tsx";
import { Layout } from "./layout.tsx";
import type { Page } from "./page.ts";

/** A parameter, a body or an answer of an operation; the document knows no references to those. */
type Operation = NonNullable<NonNullable<ApiDocument["paths"]>[string]["get"]>;

/** An answer of an operation; the types of the document leave it open. */
interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema?: ApiSchema }>>;
}

interface ShownOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The document of the API for people: no script is needed to read it. */
export function ApiPage({ page, document }: {
  readonly page: Page;
  readonly document: ApiDocument;
}) {
  const words = apiTextOf(page.site.language);
  const operations = operationsOf(document);
  const tags = (document.tags ?? []).map((tag) => ({
    ...tag,
    shown: operations.filter(({ operation }) => operation.tags?.[0] === tag.name),
  }));
  const schemas = Object.entries(document.components?.schemas ?? {})
    .toSorted(([left], [right]) => left.localeCompare(right));
  return (
    <Layout page={page} title={words.title}>
      <header class="page-head">
        <div>
          <h1>{words.title}</h1>
          <p class="hint">{words.hint}</p>
        </div>
        <a class="button" href="/api/v1/openapi.json">{words.document}</a>
      </header>
      <div class="api" lang="en">
        <nav class="api-contents" aria-label={words.contents}>
          {tags.map(({ name }) => <a href={`#tag-${name}`}>{name}</a>)}
          <a href="#shapes" lang={page.site.language}>{words.shapes}</a>
        </nav>
        <div class="api-body">
          <Prose text={document.info.description ?? ""} />
          {tags.map(({ name, description, shown }) => (
            <section class="panel api-tag" id={`tag-${name}`}>
              <h2>{name}</h2>
              <p class="hint">{description}</p>
              {shown.map((each) => <OperationPart words={words} {...each} />)}
            </section>
          ))}
          <section class="panel api-tag" id="shapes">
            <h2 lang={page.site.language}>{words.shapes}</h2>
            {schemas.map(([name, schema]) => (
              <section id={`shape-${name}`}>
                <h3 class="token">{name}</h3>
                <FieldTable words={words} schema={schema} />
              </section>
            ))}
          </section>
        </div>
      </div>
    </Layout>
  );
}

function operationsOf(document: ApiDocument): readonly ShownOperation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (["get", "post", "put", "delete"] as const).flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      return [{ id: operation.operationId ?? "", method: method.toUpperCase(), path, operation }];
    })
  );
}

function OperationPart(
  { words, id, method, path, operation }: ShownOperation & { readonly words: ApiText },
) {
  return (
    <details class="api-operation" id={id}>
      <summary>
        <span class={`api-method is-${method.toLowerCase()}`}>{method}</span>
        <code>{path}</code>
        <span class="quiet">{operation.summary}</span>
      </summary>
      <Prose text={operation.description ?? ""} />
      <Parameters words={words} operation={operation} />
      <Body words={words} operation={operation} />
      <Answers words={words} operation={operation} />
    </details>
  );
}

interface PartProps {
  readonly words: ApiText;
  readonly operation: Operation;
}

function Parameters({ words, operation }: PartProps) {
  const parameters = (operation.parameters ?? []).filter((each) => "name" in each);
  if (parameters.length === 0) return null;
  return (
    <>
      <h4>{words.parameters}</h4>
      <div class="table-wrap" tabindex={0}>
        <table>
          <thead>
            <tr>
              <th>{words.name}</th>
              <th>{words.type}</th>
              <th>{words.meaning}</th>
            </tr>
          </thead>
          <tbody>
            {parameters.map((each) => (
              <tr>
                <td>
                  <code>{each.name}</code> <span class="quiet">{each.in}</span>
                </td>
                <td>{each.schema !== undefined && <SchemaType schema={each.schema} />}</td>
                <td>
                  {[each.description, each.required === true ? words.required : undefined]
                    .filter((text) => text !== undefined).join("; ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Body({ words, operation }: PartProps) {
  const { requestBody } = operation;
  const content = requestBody !== undefined && "content" in requestBody
    ? requestBody.content["application/json"]
    : undefined;
  if (content?.schema === undefined) return null;
  return (
    <>
      <h4>{words.body}</h4>
      <FieldTable words={words} schema={content.schema} />
      <Example words={words} value={content.example} />
    </>
  );
}

function Answers({ words, operation }: PartProps) {
  const answers: readonly (readonly [string, Answer])[] = Object.entries(operation.responses ?? {});
  return (
    <>
      <h4>{words.answers}</h4>
      <dl class="api-answers">
        {answers.map(([status, answer]) => (
          <>
            <dt>{status}</dt>
            <dd>
              {answer.description} {mediaOf(answer).map(([type, schema]) => (
                <span class="quiet">
                  {type} {schema !== undefined && <SchemaType schema={schema} />}
                </span>
              ))}
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}

/** What the body of an answer may be, by media type. */
function mediaOf(answer: Answer): readonly (readonly [string, ApiSchema | undefined])[] {
  return Object.entries(answer.content ?? {}).map(([type, { schema }]) => [type, schema]);
}

function Example({ words, value }: { readonly words: ApiText; readonly value: unknown }) {
  if (value === undefined || JSON.stringify(value) === "{}") return null;
  return (
    <>
      <h4>{words.example}</h4>
      <pre class="api-example">{JSON.stringify(value, null, 2)}</pre>
    </>
  );
}

/** Paragraphs, with `code` and _stress_ of CommonMark: the document uses no more. */
function Prose({ text }: { readonly text: string }) {
  return (
    <>
      {text.split("\n\n").filter((part) => part !== "").map((part) => (
        <p>
          {part.split(/(`[^`]+`|_[^_]+_)/).map((piece) =>
            piece.startsWith("`")
              ? <code>{piece.slice(1, -1)}</code>
              : /^_.+_$/.test(piece)
              ? <em>{piece.slice(1, -1)}</em>
              : piece
          )}
        </p>
      ))}
    </>
  );
}
