import type { WebOptions } from "../ports.ts";
import type { ApiDocument } from "./api_document.ts";

/**
 * The document of the API, written when somebody asks for it first: a gateway that nobody programs
 * against has neither it nor what writes it in memory.
 */
export function openApiDocument({ version }: Pick<WebOptions, "version">) {
  let document: Promise<ApiDocument> | null = null;
  return (): Promise<ApiDocument> => {
    document ??= import("./api_document.ts").then(({ apiDocument }) => apiDocument(version));
    return document;
  };
}
