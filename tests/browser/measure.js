// What is wrong with a page, as a reader would meet it: `faults` at any width, `small` on a phone.
() => {
  const faults = [];
  const say = (words, element) => faults.push(`${words}: ${element.outerHTML.slice(0, 90)}`);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    faults.push(`scrolls sideways: ${root.scrollWidth} of ${root.clientWidth}`);
  }
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  if (!document.title.trim() || !root.lang) faults.push("no title or language");

  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const next = Number(heading.tagName[1]);
    if (level && next > level + 1) say("skips a level", heading);
    level = next;
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`id twice: ${id}`);
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!field.labels.length) say("no label", field);
  }
  for (const one of document.querySelectorAll("a[href], button")) {
    if (!(one.innerText || one.textContent).trim() && !one.getAttribute("aria-label")) say("no name", one);
  }
  for (const one of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
    const named = `${one.getAttribute("aria-labelledby") || ""} ${one.getAttribute("aria-describedby") || ""}`;
    for (const id of named.split(/\s+/)) if (id && !document.getElementById(id)) say(`names no ${id}`, one);
  }

  const small = [];
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    const box = (one.closest(".pick") || one).getBoundingClientRect();
    const inText = one.matches("a:not(.btn)") && getComputedStyle(one).display === "inline";
    if (box.height && !inText && !one.closest(".skip") && box.height < 43.5) {
      small.push(`small ${Math.round(box.height)}: ${one.outerHTML.slice(0, 90)}`);
    }
  }
  return { faults, small };
}
