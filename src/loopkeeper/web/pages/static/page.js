// Small helps; every page works without them.
//
// A link or form with data-swap="#place" is fetched and only that place of the page is changed; a
// form with data-live sends itself while one types; a place with data-refresh="30" is fetched anew
// every thirty seconds while the page is looked at and no form in it is open. Times are told as this machine's clock tells them.

const said = document.getElementById("said");
let turn = 0;

function tell(key) {
  said.textContent = key ? said.dataset[key] : "";
  said.hidden = !key;
}

const written = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" });
function local() {
  for (const one of document.querySelectorAll("time.when")) {
    one.title = one.title || one.textContent;
    one.textContent = written.format(new Date(one.dateTime));
  }
}
local();

function put(page, place) {
  const old = document.querySelector(place);
  const made = page.querySelector(place);
  if (!old || !made) return false;
  const held = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(made);
  local();
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
  return true;
}

async function swap(place, url, options = {}) {
  const mine = ++turn;
  const old = document.querySelector(place);
  old?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { credentials: "same-origin", ...options });
    if (mine !== turn) return null;
    if (new URL(answer.url).pathname === "/login") {
      location.assign(answer.url);
      return null;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    tell(put(page, place) ? "" : "failed");
    return answer.url;
  } catch {
    tell("offline");
    return null;
  } finally {
    document.querySelector(place)?.removeAttribute("aria-busy");
  }
}

async function follow(place, url, how = "pushState") {
  const there = await swap(place, url);
  if (there) history[how]({ place }, "", there);
}

document.addEventListener("click", event => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  follow(link.dataset.swap, link.href);
});

document.addEventListener("submit", event => {
  const form = event.target;
  if (form.dataset.sure && !confirm(form.dataset.sure)) {
    event.preventDefault();
    return;
  }
  if (!form.dataset.swap) return;
  event.preventDefault();
  const sent = new URLSearchParams(new FormData(form, event.submitter));
  if (form.method === "post") swap(form.dataset.swap, form.action, { method: "POST", body: sent });
  else follow(form.dataset.swap, `${form.action.split("?")[0]}?${sent}`, "replaceState");
});

let typed;
document.addEventListener("input", event => {
  const form = event.target.form;
  if (!form || form.dataset.live === undefined) return;
  clearTimeout(typed);
  typed = setTimeout(() => form.requestSubmit(), 150);
});

addEventListener("popstate", () => swap("main", location.href));

for (const place of document.querySelectorAll("[data-refresh]")) {
  setInterval(() => {
    const there = document.getElementById(place.id);
    const busy = there?.querySelector("details[open] form");
    if (!document.hidden && there && !busy) swap(`#${place.id}`, location.href);
  }, 1000 * Number(place.dataset.refresh));
}

// A place with data-stream="/…" is fetched anew when the stream tells of news, once a second at most.
for (const place of document.querySelectorAll("[data-stream]")) {
  let due = 0;
  const stream = new EventSource(place.dataset.stream);
  stream.addEventListener("readings", () => {
    if (due || document.hidden) return;
    due = setTimeout(() => { due = 0; swap(`#${place.id}`, location.href); }, 1000);
  });
  document.addEventListener("visibilitychange", () => document.hidden || swap(`#${place.id}`, location.href));
  addEventListener("pagehide", () => stream.close());
}

const theme = document.getElementById("theme");
if (theme) {
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const set = document.documentElement.dataset.theme;
    const dark = set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("lkTheme", dark ? "light" : "dark");
  });
}
