import { firmwareTextOf } from "../firmware/firmware_text.ts";
import type { FirmwareOrderView } from "../views.ts";
import { AskingButton, Csrf, Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";

interface OrderProps {
  readonly page: Page;
  readonly order: FirmwareOrderView;
}

/** Orders of firmware as a table; `isOfOne`: all of one charger. */
export function FirmwareOrders(
  { page, orders, isOfOne = false }: {
    readonly page: Page;
    readonly orders: readonly FirmwareOrderView[];
    readonly isOfOne?: boolean;
  },
) {
  const words = firmwareTextOf(page.site.language);
  return (
    <div class="table-wrap">
      <table class="as-cards">
        <thead>
          <tr>
            <th>{isOfOne ? words.version : words.charger}</th>
            <th>{words.state}</th>
            <th>{words.since}</th>
            <th>
              <span class="sr">{words.cancel}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr>
              <td class="is-title">
                {isOfOne
                  ? order.version ?? "–"
                  : <a href={chargerFirmwarePath(order.chargerId)}>{order.chargerId}</a>}
              </td>
              <td data-label={words.state}>
                <OrderState page={page} order={order} />
              </td>
              <td data-label={words.since}>
                <Moment page={page} at={order.changedAt} />
              </td>
              <td class="row-buttons">
                <OrderButtons page={page} order={order} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where the firmware of a charger stands among its pages. */
export function chargerFirmwarePath(chargerId: string): string {
  return `/chargers/${encodeURIComponent(chargerId)}/firmware`;
}

function OrderState({ page, order }: OrderProps) {
  const words = firmwareTextOf(page.site.language);
  const { stage, status, reason, version, origin } = order;
  const said = status === null ? words.stages[stage] : words.statuses[status];
  return (
    <>
      <b>{said}</b>
      <small class="quiet">
        {[
          ...(stage !== "over" && status !== null ? [words.stages[stage]] : []),
          ...(version === null ? [] : [version]),
          words.origins[origin],
        ].join(" · ")}
      </small>
      {reason !== null && <small lang="en">{reason}</small>}
    </>
  );
}

function OrderButtons({ page, order: { number, chargerId, stage, origin } }: OrderProps) {
  const words = firmwareTextOf(page.site.language);
  if (!may(page, "operator")) return null;
  if (stage === "over") {
    return origin !== "operator"
      ? null
      : (
        <form method="post" action={`/firmware/orders/${number}/retry`}>
          <Csrf page={page} />
          <button type="submit" class="button">{words.retry}</button>
        </form>
      );
  }
  return (
    <AskingButton
      page={page}
      id={`cancel-${number}`}
      label={words.cancel}
      title={words.cancelTitle(chargerId)}
      action={`/firmware/orders/${number}/cancel`}
      confirm={<button type="submit" class="button danger">{words.cancel}</button>}
    >
      <p>{stage === "told" ? words.cancelTold : words.cancelBefore}</p>
    </AskingButton>
  );
}
