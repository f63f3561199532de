import { empty, exchange, same, statusOnly } from "./_exchange.ts";
import { idTag, readIdTagInfo, writeIdTagInfo } from "./identification.ts";

export const authorize = exchange<"Authorize", "Authorize">("Authorize", {
  read: (wire) => ({ idToken: idTag.read(wire.idTag) }),
  write: (inside) => ({ idTag: idTag.write(inside.idToken) }),
}, {
  read: (wire, notes) => ({
    idTokenInfo: readIdTagInfo(wire.idTagInfo, notes.below("idTokenInfo")),
  }),
  write: (inside, notes) => ({
    idTagInfo: writeIdTagInfo(inside.idTokenInfo, notes.below("idTokenInfo")),
  }),
});

export const clearCache = exchange<"ClearCache", "ClearCache">(
  "ClearCache",
  empty,
  statusOnly(same()),
);
