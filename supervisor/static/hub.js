/* A little help where scripts run. Everything works without it. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => button && button.setAttribute("aria-busy", "true"), 400);
});

/* A page that waits for an answer looks again by itself. */
const waiting = document.querySelector("[data-again]");
if (waiting) setTimeout(() => location.reload(), waiting.dataset.again * 1000);

/* Coming back by the browser's back button: the form may be sent again. */
addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((one) => one.removeAttribute("aria-busy"));
  }
});
