// The page works without this script: every button is a form. With it, messages appear by themselves.
(() => {
  "use strict";
  const phones = [...document.querySelectorAll(".phone")];
  const problem = document.getElementById("problem");
  const visible = (el) => el.offsetParent !== null && !document.hidden;
  const toEnd = (chat) => { chat.scrollTop = chat.scrollHeight; };

  const complain = (text) => {
    problem.textContent = text;
    problem.hidden = !text;
  };

  // One request at a time; changes that come meanwhile ask again afterwards.
  let asking = false, again = false;
  const refresh = async () => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      do {
        again = false;
        const query = new URLSearchParams();
        for (const phone of phones) {
          const slot = phone.dataset.slot;
          query.set(slot, phone.dataset.person);
          query.set(slot + "a", phone.dataset.app);
          query.set(slot + "last", phone.dataset.last);
          query.set(slot + "rev", phone.dataset.rev);
          if (visible(phone)) query.set(slot + "seen", "1");
        }
        const answer = await fetch("/simulator/state?" + query, { cache: "no-store" });
        if (answer.ok) show(await answer.json());
      } while (again);
    } catch { /* the server is away; the stream tells when it is back */ }
    asking = false;
  };

  const show = (state) => {
    for (const news of state.phones) {
      const phone = phones.find((p) => p.dataset.slot === news.slot);
      if (phone) showPhone(phone, news);
    }
    for (const person of state.people || []) {
      const badge = document.querySelector(`.people li[data-key="${CSS.escape(person.key)}"] .badge`);
      if (!badge) { location.reload(); return; }
      badge.hidden = !person.unread;
      badge.querySelector(".count").textContent = person.unread;
    }
    document.getElementById("log-body").innerHTML = state.log;
    if (state.last) document.getElementById("log-last").textContent = state.last;
  };

  const showPhone = (phone, news) => {
    const chat = phone.querySelector(".chat");
    if (Number(news.last) > Number(phone.dataset.last)) {
      const near = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 160;
      const shell = document.createElement("template");
      shell.innerHTML = news.html;
      for (const line of shell.content.querySelectorAll(".line")) line.classList.add("fresh");
      const mine = shell.content.querySelector(".mine");
      chat.append(shell.content);
      phone.dataset.last = news.last;
      if (near || mine) toEnd(chat);
    }
    phone.querySelector(".clock").textContent = news.clock;
    for (const tab of news.tabs || []) {
      const dot = phone.querySelector(`.tabs a[data-app="${CSS.escape(tab.key)}"]:not([aria-current]) .dot`);
      if (dot) dot.hidden = !tab.unread;
    }
    if (news.foot) showFoot(phone, news);
  };

  // The foot changes with the menu, a follow or a new QR code; what is half written stays.
  const showFoot = (phone, news) => {
    const foot = phone.querySelector(".foot");
    const kept = [...foot.querySelectorAll("textarea, .scan input[name=text]")].map((box) => [box.id, box.value]);
    const focused = foot.contains(document.activeElement) ? document.activeElement.id : "";
    const open = foot.querySelector(".more[open]") !== null;
    foot.innerHTML = news.foot;
    phone.dataset.rev = news.revision;
    for (const [id, value] of kept) {
      const box = document.getElementById(id);
      if (box) box.value = value;
    }
    if (open && foot.querySelector(".more")) foot.querySelector(".more").open = true;
    if (focused) document.getElementById(focused)?.focus();
    toEnd(phone.querySelector(".chat"));
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.getAttribute("action") !== "/simulator/act") return;
    event.preventDefault();
    const data = new URLSearchParams(new FormData(form, event.submitter));
    const box = form.querySelector("textarea, input[name=text]:not([type=hidden])");
    if (box && !box.value.trim()) { box.focus(); return; }
    if (box) { box.value = ""; box.focus(); }
    for (const open of document.querySelectorAll(".phone details[open]")) if (open.contains(form)) open.open = false;
    complain("");
    try {
      const answer = await fetch("/simulator/act", { method: "POST", body: data, headers: { Accept: "application/json" } });
      complain((await answer.json()).problem);
    } catch {
      complain("连不上模拟器，程序停了吗？");
    }
    refresh();
  });

  // Enter sends, Shift+Enter starts a line; an input method's own Enter does neither.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches(".say textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit(event.target.form.querySelector("button[value=say]"));
    }
    if (event.key === "Escape") for (const open of document.querySelectorAll(".phone details[open]")) open.open = false;
  });

  // The sheet takes room from the chat; its newest message stays in view.
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.(".more")) toEnd(event.target.closest(".phone").querySelector(".chat"));
  }, true);

  // A sub-menu closes when something else is tapped.
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll(".menu details[open]")) if (!open.contains(event.target)) open.open = false;
  });

  document.addEventListener("visibilitychange", refresh);
  addEventListener("resize", () => { centre(); refresh(); });
  for (const phone of phones) toEnd(phone.querySelector(".chat"));
  // Not scrollIntoView: it would move the page too.
  const strip = document.querySelector(".people"), chosen = strip?.querySelector(".left");
  const centre = () => { if (chosen) strip.scrollLeft = chosen.offsetLeft - (strip.clientWidth - chosen.offsetWidth) / 2; };
  centre();

  const stream = new EventSource("/simulator/events");
  stream.onmessage = refresh;
  stream.onopen = refresh;
  setInterval(() => { if (stream.readyState === EventSource.CLOSED) refresh(); }, 4000);
})();
