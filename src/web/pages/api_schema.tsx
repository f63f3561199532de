import type { ApiDocument } from "../api/api_document.ts";
import type { ApiText } from "../api_text.ts";

/** A schema of the document, or a reference to one. */
export type ApiSchema = NonNullable<NonNullable<ApiDocument["components"]>["schemas"]>[string];

type Reference = Extract<ApiSchema, { $ref: string }>;
type Plain = Exclude<ApiSchema, Reference>;

const REFERENCE = "#/components/schemas/";

function isReference(schema: ApiSchema): schema is Reference {
  return "$ref" in schema && typeof schema.$ref === "string";
}

/** A schema in a few words; named ones are links. */
export function SchemaType({ schema }: { readonly schema: ApiSchema }) {
  if (isReference(schema)) {
    const name = schema.$ref.slice(REFERENCE.length);
    return <a href={`#shape-${name}`}>{name}</a>;
  }
  const either = schema.oneOf ?? schema.anyOf;
  if (either !== undefined) return <Joined schemas={either} between=" | " />;
  if (schema.enum !== undefined) return <code>{schema.enum.map(String).join(" | ")}</code>;
  if (schema.type === "array") return <ListType schema={schema} />;
  const { additionalProperties } = schema;
  if (typeof additionalProperties !== "object") return <>{plainType(schema)}</>;
  return (
    <>
      {"{name: "}
      <SchemaType schema={additionalProperties} />
      {"}"}
    </>
  );
}

function ListType({ schema: { items, prefixItems } }: { readonly schema: Plain }) {
  if (prefixItems !== undefined) {
    return (
      <>
        [<Joined schemas={prefixItems} between=", " />]
      </>
    );
  }
  return <>{items !== undefined && <SchemaType schema={items} />}[]</>;
}

function Joined(
  { schemas, between }: { readonly schemas: readonly ApiSchema[]; readonly between: string },
) {
  return (
    <>
      {schemas.map((each, index) => (
        <>
          {index > 0 && between}
          <SchemaType schema={each} />
        </>
      ))}
    </>
  );
}

function plainType({ type, format, minimum, maximum }: Plain): string {
  const types = [type ?? "any"].flat().join(" | ");
  const low = minimum === undefined ? "" : ` ≥ ${minimum}`;
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return types + (format === undefined ? "" : ` (${format})`) + low +
    (isBounded ? ` ≤ ${maximum}` : "");
}

/** The fields of a schema, one a line; of alternatives, those of each. */
export function FieldTable(
  { words, schema }: { readonly words: ApiText; readonly schema: ApiSchema },
) {
  if (isReference(schema)) return <SchemaType schema={schema} />;
  const { oneOf, anyOf, properties, required, description } = schema;
  const hint = description !== undefined && <p class="hint">{description}</p>;
  const either = oneOf ?? anyOf;
  if (either !== undefined) {
    return (
      <>
        {hint}
        {either.map((each) => <FieldTable words={words} schema={each} />)}
      </>
    );
  }
  if (properties === undefined) {
    return (
      <>
        {hint}
        <p>
          <SchemaType schema={schema} />
        </p>
      </>
    );
  }
  return (
    <>
      {hint}
      <div class="table-wrap" tabindex={0}>
        <table>
          <tbody>
            {Object.entries(properties).map(([name, field]) => (
              <tr>
                <th scope="row">
                  <code>{name}</code>
                  {required?.includes(name) !== true && <span class="quiet">?</span>}
                </th>
                <td>
                  <SchemaType schema={field} />
                </td>
                <td>{field.description}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
