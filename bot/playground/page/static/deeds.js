// What somebody does: sent to the server, whose news then bring what came of it.
import { go, refresh } from "/static/live.js";

/** Do something as the person whose page this is; gives what the server told, or null where it refused. */
export async function act(deed, form = {}, again = true) {
  const { user, token } = document.body.dataset;
  try {
    const answer = await fetch(`/act/${deed}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Playground-Token": token },
      body: JSON.stringify({ user, ...form }),
    });
    if (answer.status === 403 && again) { // the server was started anew: its page brings a new token
      await refresh();
      return act(deed, form, false);
    }
    const told = await answer.json();
    toast(told.error ?? "");
    return answer.ok ? told : null;
  } catch {
    toast("The workspace cannot be reached.");
    return null;
  }
}

/** Show a complaint until the next deed. */
export function toast(text) {
  document.getElementById("toast").textContent = text;
}

/** What a button is about: itself, and the message or view that it stands in. */
function about(button) {
  const { do: deed, ...own } = button.dataset;
  const { target, spoken, version, keep, ...around } = button.closest("[data-target]")?.dataset ?? {};
  return [deed, { ...around, ...own }];
}

async function pressed(button) {
  const [deed, form] = about(button);
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  button.closest("details.menu")?.removeAttribute("open");
  const told = await act(deed, form);
  button.removeAttribute("aria-busy");
  if (told?.thread && deed === "guide") await openThread(told);
}

async function openThread({ channel, thread }) {
  const address = new URL(location.href);
  address.searchParams.set("user", document.body.dataset.user);
  address.searchParams.set("channel", channel);
  address.searchParams.set("thread", thread);
  address.searchParams.delete("tab");
  await go(address);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) pressed(button);
});
