// Small comforts. Every page works without them.

// A second press of the same button within five seconds is swallowed; the form key makes it harmless anyway.
// The button is not disabled: a disabled button loses its name and value, and the focus.
const PAUSE = 5000;
const sent = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  const last = sent.get(form);
  if (last && Date.now() - last < PAUSE) {
    event.preventDefault();
    return;
  }
  sent.set(form, Date.now());
  form.setAttribute("aria-busy", "true");
});

// The browser's back button may bring a page back from memory: its forms may be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[aria-busy]")) {
    form.removeAttribute("aria-busy");
    sent.delete(form);
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-print]");
  if (!button) return;
  if ("print" in button.dataset) {
    window.print();
    return;
  }
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 3000);
  } catch {
    button.hidden = true; // the browser refuses: the text can still be marked by hand
  }
});

// A part of a page that htmx has exchanged gets the same behaviour as one that was loaded.
document.addEventListener("htmx:afterSwap", (event) => {
  const summary = event.detail.elt.querySelector(".govuk-error-summary");
  if (summary) summary.focus();
});

// Answers that say what is wrong are shown like any other answer.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422, 429].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
