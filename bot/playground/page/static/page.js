// The page comes alive: news from the server, ways through the page, and what is said aloud.
import { act } from "/static/deeds.js";
import { go, onChange, refresh, remember, toEnd } from "/static/live.js";
import { showWindow } from "/static/windows.js";
import "/static/compose.js";

const SOON = 1000;
let opened = "";

function listen() {
  const news = new EventSource("/events");
  news.onmessage = refresh;
  news.onopen = () => {
    if (offline("")) opened = ""; // who is there now knows nothing of what was opened before
  };
  news.onerror = () => {
    offline("The workspace cannot be reached. It is tried again …");
    news.close();
    setTimeout(listen, SOON);
  };
}

/** Say that nobody is there, or no longer; gives whether that is news. */
function offline(text) {
  const banner = document.getElementById("offline");
  const changed = banner.textContent !== text;
  if (changed) banner.textContent = text;
  return changed;
}

/** Tell the server when one looks at the bot's Home or messages, as Slack tells the bot. */
async function tellWhatIsOpen() {
  const { user, channel, tab } = document.body.dataset;
  const now = `${user} ${channel} ${tab}`;
  if (now === opened) return;
  opened = now;
  if (!channel.startsWith("D")) return;
  const told = await act("open", { tab });
  if (told?.error && opened === now) opened = ""; // the next change tries again
}

/** Read new messages of others aloud. */
function speak({ before, moved }) {
  if (moved) return;
  const fresh = [...document.querySelectorAll(".message")].filter((one) => !before.has(one.id) && one.dataset.spoken);
  const told = [...new Set(fresh.map((one) => one.dataset.spoken))].join("\n");
  if (told) document.getElementById("spoken").textContent = told;
}

/** Mark conversations in which something was said since one looked. */
function markUnread() {
  const { user, channel, tab } = document.body.dataset;
  for (const link of document.querySelectorAll("[data-latest]")) {
    const key = `seen ${user} ${link.dataset.place}`;
    const here = link.dataset.place === channel && tab === "messages";
    if (here) sessionStorage.setItem(key, link.dataset.latest);
    const unread = !here && link.dataset.latest > (sessionStorage.getItem(key) ?? "");
    link.classList.toggle("unread", unread);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (link && plain) {
    event.preventDefault();
    followed(link);
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  if (event.target.closest("[data-theme-switch]")) switchTheme();
});

async function followed(link) {
  const toThread = new URL(link.href).searchParams.has("thread") && !new URL(location.href).searchParams.has("thread");
  await go(link.href);
  if (toThread) document.querySelector("#thread .composer textarea")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("toggle", async ({ target }) => {
  if (!target.open || !target.dataset?.entry) return;
  const answer = await fetch(target.dataset.entry);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  target.querySelector(".json").replaceChildren(...page.body.children);
}, true);

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
}

remember(document.body);
for (const pane of document.querySelectorAll("[data-stick]")) toEnd(pane);
onChange(tellWhatIsOpen);
onChange(speak);
onChange(markUnread);
window.addEventListener("popstate", refresh);
tellWhatIsOpen();
markUnread();
showWindow();
listen();
document.documentElement.dataset.live = "";
