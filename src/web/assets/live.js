// deno-lint-ignore-file sangam/no-ambient-effects -- runs in a browser, where nobody hands it a clock
/**
 * Keeps a page up to date. The server draws every word and number; this script puts what changed in
 * its place without touching anything else, so that nothing jumps, no field loses what was typed into
 * it and the focus stays.
 */

const RETRY_MS = 3000;
const PRESENCE_MS = 60000;
const address = document.body.dataset.live;
const lostNote = document.getElementById("connection-lost");

let source = null;

function connect() {
  source?.close();
  source = new EventSource(address);
  source.addEventListener("open", () => showLost(false));
  source.addEventListener("patch", (event) => {
    showLost(false);
    for (const [id, html] of Object.entries(JSON.parse(event.data))) patch(id, html);
  });
  // The server sends us to the sign-in page when we ask for this one again.
  source.addEventListener("signed-out", () => location.reload());
  source.addEventListener("error", () => {
    if (document.hidden) return;
    showLost(true);
    // The browser tries again by itself, except after an answer that was no stream of events.
    if (source?.readyState === EventSource.CLOSED) setTimeout(reconnect, RETRY_MS);
  });
}

async function reconnect() {
  try {
    const answer = await fetch("/account/presence", { method: "POST" });
    if (answer.status === 401) return location.reload();
  } catch {
    // The gateway is still away.
  }
  if (!document.hidden) connect();
}

function showLost(lost) {
  document.body.classList.toggle("is-lost", lost);
  lostNote.textContent = lost ? lostNote.dataset.text : "";
}

function patch(id, html) {
  const old = document.getElementById(id);
  if (old === null) return;
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.firstElementChild;
  if (fresh !== null) morph(old, fresh);
}

/** Makes `old` like `fresh`, changing only what differs. */
function morph(old, fresh) {
  // A chart draws itself.
  if (old.hasAttribute("data-keep") || old.isEqualNode(fresh)) return;
  morphAttributes(old, fresh);
  const kept = [...fresh.childNodes].map((child, index) => {
    const twin = findTwin(old, child, index);
    if (twin === null) return child;
    if (twin.nodeType === Node.ELEMENT_NODE) morph(twin, child);
    else if (twin.data !== child.data) twin.data = child.data;
    return twin;
  });
  for (const child of [...old.childNodes]) if (!kept.includes(child)) child.remove();
  kept.forEach((child, index) => {
    if (old.childNodes[index] !== child) old.insertBefore(child, old.childNodes[index] ?? null);
  });
}

/** The child of `old` that `child` is the newer form of: the one with its id, else the one at its place. */
function findTwin(old, child, index) {
  if (child.id) return [...old.children].find((one) => one.id === child.id) ?? null;
  const twin = old.childNodes[index];
  const isAlike = twin !== undefined && twin.nodeName === child.nodeName && !twin.id;
  return isAlike ? twin : null;
}

function morphAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    // Whether something is folded out is the person's choice, not ours.
    if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

/** Tells the gateway that somebody is there, at most once a minute, so that the session goes on. */
let toldMs = Date.now();
function present() {
  if (Date.now() - toldMs < PRESENCE_MS) return;
  toldMs = Date.now();
  fetch("/account/presence", { method: "POST" }).catch(() => {});
}

async function copy(button) {
  const text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS a browser keeps the clipboard to itself: the text is selected to be copied by hand.
    const shown = document.getElementById(button.dataset.copyFrom);
    if (shown !== null) getSelection().selectAllChildren(shown);
    return;
  }
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => {
    label.textContent = before;
  }, 2000);
}

document.body.classList.add("has-script");
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (button) copy(button).catch(() => {});
});

if (address) {
  connect();
  // A page that nobody sees needs no news, and browsers allow few connections to one server.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) source?.close();
    else connect();
  });
  addEventListener("pointerdown", present, { passive: true });
  addEventListener("keydown", present, { passive: true });
}
