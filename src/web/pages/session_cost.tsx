import type { TransactionView } from "../views.ts";
import type { Page } from "./page.ts";

type Bill = NonNullable<TransactionView["cost"]>;

interface SessionCostProps {
  readonly page: Page;
  readonly bill: Bill;
  /** What an end that came too late would have cost more; null where none came. */
  readonly correction: string | null;
}

/** What a session comes to; its lines unfold. */
export function SessionCost({ page, bill, correction }: SessionCostProps) {
  const { text, format } = page;
  const money = (amount: string) => format.money(amount, bill.currency);
  return (
    <details class="bill">
      <summary>
        {money(bill.total)}
        {hasAmount(bill.tax) && (
          <small>{text.taxIncluded(format.moneyPaid(bill.tax, bill.currency))}</small>
        )}
        {correction !== null && <small>{text.costCorrection(more(money, correction))}</small>}
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
  const result = format.moneyPaid(line.inclTax, currency);
  if (line.unit === "session") return result;
  return `${shortened(line.quantity)}\u202f${line.unit} × ${
    format.money(line.unitPrice, currency)
  } = ${result}`;
}

/** "12.016666667" as "12.017": whoever wants to reckon takes the bill of the API. */
function shortened(quantity: string): string {
  return String(Math.round(Number(quantity) * 1_000) / 1_000);
}

/** "+₹12.00" */
function more(money: (amount: string) => string, amount: string): string {
  return amount.startsWith("-") ? money(amount) : `+${money(amount)}`;
}

function hasAmount(amount: string): boolean {
  return /[1-9]/.test(amount);
}
