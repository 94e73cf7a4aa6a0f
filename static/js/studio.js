"use strict";

/* Pages work without this. It adds what markup cannot: the shape that follows the platform, focus that follows what
   was opened, and a word when the studio cannot be reached. */
{
  const SHAPES = { tiktok: "9:16", meta: "4:5", youtube: "16:9", custom: "9:16" };
  const toast = document.getElementById("toast");

  const say = (words) => {
    toast.textContent = words;
    toast.hidden = false;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => (toast.hidden = true), 8000);
  };

  document.addEventListener(
    "change",
    (event) => {
      if (event.target.name !== "platform") return;
      const shape = document.querySelector(`input[name="aspect_ratio"][value="${SHAPES[event.target.value]}"]`);
      if (shape) shape.checked = true;
    },
    true,
  );

  document.addEventListener("DOMContentLoaded", () => document.getElementById("problems")?.focus());

  document.addEventListener("htmx:afterSwap", (event) => {
    const slot = event.detail.target;
    if (!slot.id?.startsWith("slot-")) return;
    const heading = slot.querySelector("[data-focus]");
    const link = slot.closest(".card")?.querySelector('[id^="edit-link-"]');
    (heading ?? link)?.focus({ preventScroll: !heading });
    if (heading) heading.closest(".card")?.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("htmx:sendError", () => say("The studio cannot be reached just now. Trying again."));
  document.addEventListener("htmx:responseError", (event) => {
    const reasons = {
      403: "Your role does not allow this. Ask a manager for one that does.",
      507: "The studio's disk is full. Leave this page open and try it again in a while.",
    };
    say(reasons[event.detail.xhr.status] ?? "That did not work. Load the page again and repeat it.");
  });
}
