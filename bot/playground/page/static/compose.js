// Composers: Enter sends, and what begins with / or @ is completed.
import { act } from "/static/deeds.js";
import { onChange } from "/static/live.js";

const drafts = new Map();
const NAMES = [{ name: "@recap", about: "the bot" }];

document.addEventListener("input", ({ target }) => {
  if (target.matches(".composer textarea")) typed(target);
});

document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.(".composer textarea")) offer(target, []);
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".composer [role=option]");
  if (!option) return;
  event.preventDefault(); // the focus stays where one types
  take(option.closest("form").querySelector("textarea"), option);
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.(".composer textarea")) return;
  const chosen = listOf(field).querySelector("[aria-selected=true]");
  if (chosen && ["Enter", "Tab"].includes(event.key)) take(field, chosen);
  else if (chosen && event.key === "Escape") offer(field, []);
  else if (chosen && ["ArrowDown", "ArrowUp"].includes(event.key)) step(field, event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) field.form.requestSubmit();
  else return;
  event.preventDefault();
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest(".composer");
  if (!form) return;
  event.preventDefault();
  const field = form.querySelector("textarea");
  const text = field.value;
  if (!text.trim()) return;
  field.value = "";
  typed(field);
  if (!(await act("say", { ...form.dataset, text })) && !field.value) {
    field.value = text; // nothing is lost
    typed(field);
  }
});

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.(".composer [type=file]")) return;
  share(target.form, [...target.files]);
  target.value = "";
});

/** Files may be dropped anywhere above the composer that they go to. */
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const pane = event.target.closest?.(".pane:has(.composer)");
    if (!pane || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    pane.classList.toggle("dropping", kind === "dragover");
    if (kind === "drop") share(pane.querySelector(".composer"), [...event.dataTransfer.files]);
  });
}

/** Share files, with what stands in the field. */
async function share(form, files) {
  const field = form.querySelector("textarea");
  const text = field.value;
  const read = await Promise.all(files.map(async (file) => ({ name: file.name, content: await encoded(file) })));
  if (!(await act("drop", { ...form.dataset, text, files: read })) || field.value !== text) return;
  field.value = "";
  typed(field);
}

/** The bytes of a file, so that they can stand in JSON. */
const encoded = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });

/** Fit the field to what is in it, keep that as a draft, and offer what it may become. */
function typed(field) {
  field.rows = Math.min(8, field.value.split("\n").length);
  drafts.set(field.id, field.value);
  offer(field, completions(field));
}

function completions(field) {
  const before = field.value.slice(0, field.selectionStart);
  const word = before.match(/(^|\s)(@\w*)$/)?.[2]?.toLowerCase();
  if (word) return NAMES.filter(({ name }) => name.startsWith(word) && name !== word);
  if (!/^\/\S*$/.test(before) || field.form.dataset.thread) return [];
  const commands = JSON.parse(document.body.dataset.commands);
  return commands.filter(({ name }) => name.startsWith(before) && name !== before);
}

const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));

function offer(field, found) {
  const list = listOf(field);
  list.replaceChildren(...found.map((one, place) => option(list.id, one, place)));
  list.hidden = !found.length;
  field.removeAttribute("aria-activedescendant");
  if (found.length) select(field, list.firstElementChild);
}

function option(id, { name, about, hint }, place) {
  const item = document.createElement("li");
  const called = document.createElement("b");
  called.textContent = name;
  item.append(called, ` ${hint ?? ""} `, Object.assign(document.createElement("span"), { textContent: about }));
  item.id = `${id}-${place}`;
  item.setAttribute("role", "option");
  item.dataset.name = name;
  return item;
}

function select(field, item) {
  for (const one of listOf(field).children) one.setAttribute("aria-selected", String(one === item));
  field.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

function step(field, by) {
  const all = [...listOf(field).children];
  const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  select(field, all[(now + by + all.length) % all.length]);
}

/** Put a name in the place of what was typed of it. */
function take(field, item) {
  const at = field.selectionStart;
  const begun = field.value.slice(0, at).search(/\S*$/);
  field.setRangeText(`${item.dataset.name} `, begun, at, "end");
  typed(field);
}

onChange(({ moved }) => {
  for (const field of document.querySelectorAll(".composer textarea")) {
    const draft = drafts.get(field.id) ?? "";
    if (draft && !field.value) field.value = draft;
  }
  if (moved && !document.querySelector("dialog[open]")) document.querySelector("#main .composer textarea")?.focus();
});
