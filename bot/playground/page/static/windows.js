// Modals, and the fields in them that offer names while one types.
import { act } from "/static/deeds.js";
import { giveFocus, onChange } from "/static/live.js";

let opener = null;
let typedIn = null; // the field whose names are wanted next
let asking = false;
let closed = 0; // how often a list was closed: names that come later than that are not shown

/** Show the window that the server drew, and give the focus back when it is gone. */
export function showWindow({ focus = [] } = {}) {
  const dialog = document.querySelector("dialog");
  if (dialog && !dialog.open) {
    opener ??= focus;
    dialog.showModal();
    (dialog.querySelector(".blocks input, .blocks textarea") ?? dialog.querySelector("h2")).focus();
  } else if (!dialog && opener) {
    giveFocus(opener);
    opener = null;
  }
}

onChange(showWindow);

document.addEventListener("cancel", (event) => { // Escape: the server closes it
  if (!event.target.matches("dialog")) return;
  event.preventDefault();
  act("close", { view: event.target.dataset.view });
}, true);

document.addEventListener("submit", async (event) => {
  if (event.target.id !== "modal-form") return;
  event.preventDefault();
  const { view } = event.target.closest("dialog").dataset;
  const values = Object.fromEntries(new FormData(event.target));
  const button = event.target.querySelector("[type=submit]");
  button.setAttribute("aria-busy", "true");
  const missing = event.target.querySelector(":invalid");
  if (missing) tellWrong(missing);
  else await act("submit", { view, values });
  button.removeAttribute("aria-busy");
});

function tellWrong(field) {
  document.getElementById(field.getAttribute("aria-describedby")).textContent = "Please fill this in.";
  field.focus();
}

const isSelect = (field) => field.matches?.("[data-suggest]");
const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));
const viewOf = (field) => ({ view: field.closest("dialog").dataset.view, action: field.dataset.suggest });

document.addEventListener("input", ({ target }) => {
  if (!isSelect(target)) return;
  if (!target.value) act("select", { ...viewOf(target), value: "" });
  suggest(target);
});

document.addEventListener("click", ({ target }) => {
  if (isSelect(target)) suggest(target);
});

document.addEventListener("focusout", ({ target }) => {
  if (isSelect(target)) close(target);
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("dialog [role=option]");
  if (!option) return;
  event.preventDefault();
  take(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!isSelect(field)) return;
  const chosen = listOf(field).querySelector("[aria-selected=true]");
  if (event.key === "ArrowDown" && listOf(field).hidden) suggest(field);
  else if (chosen && event.key === "Enter") take(field, chosen);
  else if (!listOf(field).hidden && event.key === "Escape") close(field);
  else if (["ArrowDown", "ArrowUp"].includes(event.key)) step(field, event.key === "ArrowDown" ? 1 : -1);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

/** Ask the bot for names, one question at a time; what was typed meanwhile is the next. */
async function suggest(field) {
  typedIn = field;
  if (asking) return;
  asking = true;
  while (typedIn) await askFor(typedIn);
  asking = false;
}

async function askFor(field) {
  typedIn = null;
  const before = closed;
  const typed = field.value === field.dataset.taken ? "" : field.value;
  if (typed.length < Number(field.dataset.least)) return;
  const told = await act("suggest", { ...viewOf(field), typed });
  if (typedIn || closed > before || !field.isConnected || document.activeElement !== field) return;
  const options = told?.options ?? [];
  listOf(field).replaceChildren(...options.map((one, place) => option(field, one, place)), ...(options.length ? [] : [none()]));
  listOf(field).hidden = false;
  listOf(field).scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-expanded", "true");
}

function option(field, { label, value }, place) {
  const item = Object.assign(document.createElement("li"), { textContent: label, id: `${field.id}-${place}` });
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.value = value;
  return item;
}

function none() {
  const item = Object.assign(document.createElement("li"), { textContent: "No result", className: "none" });
  item.setAttribute("role", "option");
  item.setAttribute("aria-disabled", "true");
  return item;
}

function step(field, by) {
  const all = [...listOf(field).querySelectorAll("[data-value]")];
  if (!all.length) return;
  const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = all[(now + by + all.length) % all.length];
  for (const one of all) one.setAttribute("aria-selected", String(one === next));
  field.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function close(field) {
  closed += 1;
  listOf(field).hidden = true;
  listOf(field).replaceChildren();
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
  if (field.value && field.value !== (field.dataset.taken ?? field.defaultValue)) field.value = field.dataset.taken ?? field.defaultValue;
}

async function take(field, item) {
  if (!("value" in item.dataset)) return;
  field.value = field.dataset.taken = item.textContent;
  const { value } = item.dataset;
  close(field);
  await act("select", { ...viewOf(field), value });
}
