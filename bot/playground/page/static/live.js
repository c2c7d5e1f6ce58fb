// Keeps the page what the server draws: asks for it again when something changed, and replaces only what differs.

const drawn = new WeakMap(); // what the server drew of an element, whatever became of it since
let wanted = 0;
let busy = null;
const after = []; // what to do when the page has changed

export const onChange = (act) => after.push(act);

/** Ask for the page again; those who ask while that is under way are served by one more turn. */
export function refresh() {
  wanted += 1;
  busy ??= turns().finally(() => { busy = null; });
  return busy;
}

async function turns() {
  for (let done = 0; done < wanted; ) {
    done = wanted;
    const address = location.href;
    try {
      const answer = await fetch(address);
      const text = await answer.text();
      if (answer.ok && address === location.href) change(new DOMParser().parseFromString(text, "text/html"));
      else if (answer.ok) wanted += 1; // somebody went elsewhere meanwhile
    } catch {
      return; // not there: the stream of news tells when it is again
    }
  }
}

/** Go to another address of this page. */
export async function go(address) {
  history.pushState(null, "", address);
  await refresh();
}

function change(page) {
  const sticking = [...document.querySelectorAll("[data-stick]")].filter(isAtEnd).map((one) => one.id);
  const before = new Set([...document.querySelectorAll(".message")].map((one) => one.id));
  const place = placeOf(document.body);
  const focus = idsAround(document.activeElement);
  document.title = page.title;
  morph(document.body, page.body);
  const moved = place !== placeOf(document.body);
  for (const pane of document.querySelectorAll("[data-stick]")) {
    if (moved || sticking.includes(pane.id) || !pane.dataset.seen) toEnd(pane);
    pane.dataset.seen = "1";
  }
  for (const act of after) act({ before, moved, focus });
  if (document.activeElement === document.body) giveFocus(focus);
}

const placeOf = (body) => `${body.dataset.user} ${body.dataset.channel} ${body.dataset.tab}`;
const lastOf = (pane) => pane.querySelector(".message:last-child");
const isAtEnd = (pane) => !lastOf(pane) || lastOf(pane).offsetTop - pane.offsetTop < pane.scrollTop + pane.clientHeight;

/** Show the last message of a pane: its end, or its beginning where it is longer than the pane. */
export function toEnd(pane) {
  const last = lastOf(pane);
  pane.scrollTop = last ? Math.min(pane.scrollHeight, last.offsetTop - pane.offsetTop - 8) : pane.scrollHeight;
}

const FOCUSABLE = "a[href], button, input, textarea, summary, [tabindex]";

/** The ids of an element and of all around it, so that the focus finds back when they were drawn anew. */
export function idsAround(element) {
  const ids = [];
  for (let one = element; one && one !== document.body; one = one.parentElement) if (one.id) ids.push(one.id);
  return ids;
}

/** Focus the first of these that is still there. */
export function giveFocus(ids) {
  for (const element of ids.map((id) => document.getElementById(id)).filter(Boolean)) {
    const target = element.matches(FOCUSABLE) ? element : element.querySelector(FOCUSABLE);
    target?.focus({ preventScroll: true });
    if (target) return;
  }
}

/** Make `old` what `fresh` is. With data-morph only those children change that differ, with data-keep none do. */
function morph(old, fresh) {
  const source = fresh.outerHTML;
  if (drawn.get(old) === source) return;
  if ("keep" in old.dataset && old.dataset.version === fresh.dataset.version) return;
  if (!("morph" in old.dataset && "morph" in fresh.dataset)) {
    old.replaceWith(adopted(fresh));
    return;
  }
  drawn.set(old, source);
  copyAttributes(old, fresh);
  const there = new Map([...old.children].map((child) => [child.id, child]));
  const all = [...fresh.children];
  for (const [id, child] of there) if (!all.some((one) => one.id === id)) child.remove();
  all.forEach((child, place) => {
    const known = there.get(child.id);
    if (known) morph(known, child);
    const now = known ? old.querySelector(`:scope > #${CSS.escape(child.id)}`) : adopted(child);
    if (old.children[place] !== now) old.insertBefore(now, old.children[place] ?? null);
  });
}

function adopted(fresh) {
  remember(fresh);
  return document.adoptNode(fresh);
}

/** Note down what the server drew, of an element and of all in it that can change on its own. */
export function remember(element) {
  drawn.set(element, element.outerHTML);
  for (const child of element.querySelectorAll("[id]")) drawn.set(child, child.outerHTML);
}

function copyAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !["open", "data-seen"].includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}
