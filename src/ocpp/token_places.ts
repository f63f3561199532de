import type { IdToken, IdTokenInfo, InsideAction, InsideCall, InsideResponse } from "./inside.ts";

/** Says another token in the place of one, or the same. */
export type TokenMapping = (idToken: IdToken) => IdToken;

/** A request with each token in it mapped; the request itself where none changed. */
export function mapRequestTokens<Call extends InsideCall>(call: Call, map: TokenMapping): Call {
  const message = mappedRequest(call, map);
  // Each case gives back the message of its own action.
  return message === call.message ? call : { ...call, message } as Call;
}

function mappedRequest(call: InsideCall, map: TokenMapping): InsideCall["message"] {
  switch (call.action) {
    case "Authorize":
    case "CustomerInformation":
    case "RequestStartTransaction":
    case "ReserveNow":
    case "StartTransaction":
    case "StopTransaction":
    case "TransactionEvent":
      return withTokens(call.message, map);
    case "SendLocalList": {
      const { localAuthorizationList: list } = call.message;
      if (list === undefined) return call.message;
      const entries = mapEach(list, (entry) => withInfo(withTokens(entry, map), map));
      return entries === list
        ? call.message
        : { ...call.message, localAuthorizationList: [...entries] };
    }
    default:
      return call.message;
  }
}

/** An answer with each token in it mapped; the answer itself where none changed. */
export function mapResponseTokens<A extends InsideAction>(
  action: A,
  message: InsideResponse<A>,
  map: TokenMapping,
): InsideResponse<A> {
  const hasInfo = action === "Authorize" || action === "StartTransaction" ||
    action === "StopTransaction" || action === "TransactionEvent";
  return hasInfo ? withInfo(message as HasInfo, map) as InsideResponse<A> : message;
}

interface HasTokens {
  readonly idToken?: IdToken;
  readonly groupIdToken?: IdToken;
}

interface HasInfo {
  readonly idTokenInfo?: IdTokenInfo;
}

function withTokens<T extends HasTokens>(holder: T, map: TokenMapping): T {
  const { idToken, groupIdToken } = holder;
  const token = idToken === undefined ? undefined : map(idToken);
  const group = groupIdToken === undefined ? undefined : map(groupIdToken);
  if (token === idToken && group === groupIdToken) return holder;
  return {
    ...holder,
    ...(token === undefined ? {} : { idToken: token }),
    ...(group === undefined ? {} : { groupIdToken: group }),
  };
}

function withInfo<T extends HasInfo>(holder: T, map: TokenMapping): T {
  if (holder.idTokenInfo === undefined) return holder;
  const idTokenInfo = withTokens<IdTokenInfo & { readonly idToken?: never }>(
    holder.idTokenInfo,
    map,
  );
  return idTokenInfo === holder.idTokenInfo ? holder : { ...holder, idTokenInfo };
}

function mapEach<T>(items: readonly T[], map: (item: T) => T): readonly T[] {
  const mapped = items.map(map);
  return mapped.every((item, index) => item === items[index]) ? items : mapped;
}
