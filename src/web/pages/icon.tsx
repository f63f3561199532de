/** The pictures that go with words. Drawn on a 16 × 16 grid with a stroke of 1.6. */
const PATHS = {
  bolt: "M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z",
  ring: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z",
  hourglass: "M4 2h8M4 14h8M5 2v2.5L8 8l3-3.5V2M5 14v-2.5L8 8l3 3.5V14",
  plug: "M5.5 1.5v4M10.5 1.5v4M3.5 5.5h9V8a4.5 4.5 0 0 1-9 0zM8 12.5v2",
  check: "M2.5 8.5 6.2 12 13.5 4",
  cross: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  bookmark: "M4 2h8v12l-4-3-4 3z",
  ban: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 1 0 8 2.2zM4 12 12 4",
  fault: "M8 2 1.7 13.3h12.6zM8 6.4v3.2M8 11.6v.1",
  unlink:
    "M6.5 9.5 4.6 11.4a2.4 2.4 0 0 1-3.4-3.4l2-2M9.5 6.5l1.9-1.9a2.4 2.4 0 1 1 3.4 3.4l-2 2M5 2v2M2 5h2M11 14v-2M14 11h-2",
  question: "M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M8 12.6v.1",
  cloud: "M4.5 12.5a3 3 0 0 1-.3-6A4 4 0 0 1 12 6.6a3 3 0 0 1-.3 5.9z",
  cloudOff: "M4.5 12.5a3 3 0 0 1-.3-6M6 3.9a4 4 0 0 1 6 2.7 3 3 0 0 1 2 4.6M2 2l12 12M10 12.5H4.5",
  tray: "M2 9.5h3.5l1 2h3l1-2H14M2 9.5 4 3h8l2 6.5V13H2z",
  bell: "M3.5 11.5h9c-1-1-1.2-2-1.2-4.5a3.3 3.3 0 0 0-6.6 0c0 2.5-.2 3.5-1.2 4.5zM6.7 13.8h2.6",
  sun:
    "M8 5.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  grid: "M5 14.5 7 1.5h2l2 13M3 5h10M2.5 8.5h11M5.8 8.5l4.6 6M10.2 8.5l-4.6 6",
  battery: "M2 5h10.5v6H2zM14.3 7v2M4.5 7v2M6.8 7v2",
  gauge: "M2 11.5a6 6 0 1 1 12 0M8 11.5l2.5-4",
  pulse: "M1.5 8.5h3L6.5 3l3 10.5 2-5h3",
  site: "M2 14V7l6-4.5L14 7v7M6 14v-4h4v4",
  charger: "M3 14.5v-12h6v12M2 14.5h8M5 5h2M9 8h2v3.5a1.2 1.2 0 0 0 2.4 0V6L11.5 4",
  list: "M5.5 3.5H14M5.5 8H14M5.5 12.5H14M2 3.5h.5M2 8h.5M2 12.5h.5",
  report: "M3 1.8h7l3 3v9.4H3zM10 1.8v3h3M5.5 12V9.5M8 12V7M10.5 12V8.5",
  card: "M1.8 4h12.4v8.5H1.8zM1.8 7h12.4M4 10h3",
  person: "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8zM2.8 14c.4-3 2.3-4.4 5.2-4.4s4.8 1.4 5.2 4.4",
  clock: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 1 0 8 2.2zM8 5v3.2l2.2 1.4",
  globe:
    "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 1 0 8 2.2zM2.2 8h11.6M8 2.2c-3 3.4-3 8.2 0 11.6M8 2.2c3 3.4 3 8.2 0 11.6",
  gear:
    "M8 5.6a2.4 2.4 0 1 0 0 4.8a2.4 2.4 0 1 0 0-4.8zM8 1.5v2.2M8 12.3v2.2M1.5 8h2.2M12.3 8h2.2M3.4 3.4 5 5M11 11l1.6 1.6M12.6 3.4 11 5M5 11l-1.6 1.6",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  info: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 1 0 8 2.2zM8 7.2v3.6M8 5.1v.1",
  door: "M4 14V2h8v12M2.5 14h11M9.8 8v.6",
  arrowIn: "M13 8H4M7.5 4 3.5 8l4 4",
  arrowOut: "M3 8h9M8.5 4l4 4-4 4",
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a word; screen readers skip it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark of the product: streams that become one. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="mark-left" d="M6 5c0 8 10 7 10 15" />
      <path class="mark-right" d="M26 5c0 8-10 7-10 15" />
      <path class="mark-middle" d="M16 5v22" />
    </svg>
  );
}
