import type { TransactionView } from "../views.ts";
import type { Page } from "./page.ts";

type Bill = NonNullable<TransactionView["cost"]>;

/** What a session comes to; its lines unfold. */
export function SessionCost({ page, bill }: { readonly page: Page; readonly bill: Bill }) {
  const { text, format } = page;
  const money = (amount: string) => format.money(amount, bill.currency);
  return (
    <details class="bill">
      <summary>
        {money(bill.total)}
        {hasAmount(bill.tax) && <small>{text.taxIncluded(money(bill.tax))}</small>}
      </summary>
      <ul>
        {bill.lines.map((line) => (
          <li>
            {text.costLines[line.kind]}: {billLine(page, bill.currency, line)}
          </li>
        ))}
        {hasAmount(bill.rounding) && <li>{text.costRounding}: {money(bill.rounding)}</li>}
      </ul>
    </details>
  );
}

/** "5 kWh × ₹8.50 = ₹50.15", the result with tax. */
function billLine({ format }: Page, currency: string, line: Bill["lines"][number]): string {
  const result = format.money(line.inclTax, currency);
  if (line.unit === "session") return result;
  return `${line.quantity}\u202f${line.unit} × ${
    format.money(line.unitPrice, currency)
  } = ${result}`;
}

function hasAmount(amount: string): boolean {
  return /[1-9]/.test(amount);
}
