// What pages do a little better with scripts. Old phones' JavaScript on purpose.
(function () {
  "use strict";
  var root = document.documentElement, i;
  if (root.className.indexOf("scripted") < 0) { root.className += " scripted"; }

  // 读给我听: the phone's own voice reads the page.
  var read = document.getElementById("read"), voice = window.speechSynthesis;
  if (read && voice && window.SpeechSynthesisUtterance) {
    read.onclick = function () {
      if (voice.speaking) { voice.cancel(); read.textContent = "读给我听"; return; }
      var words = new window.SpeechSynthesisUtterance(document.getElementById("content").innerText);
      words.lang = "zh-CN"; words.rate = 0.9;
      words.onend = function () { read.textContent = "读给我听"; };
      voice.speak(words);
      read.textContent = "停下";
    };
  } else if (read) { read.className = "gone"; }

  // A code on the screen: asks every two seconds whether it was scanned.
  var scan = document.getElementById("scan"), state = document.getElementById("state");
  if (scan && window.XMLHttpRequest) {
    var token = scan.querySelector('input[name="token"]');
    var ask = function () {
      var request = new XMLHttpRequest();
      request.open("POST", scan.getAttribute("action"));
      request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
      request.timeout = 8000;
      request.onload = function () {
        if (request.status === 204) { location.href = scan.getAttribute("data-to"); return; }
        if (request.status === 202) { setTimeout(ask, 2000); return; }
        state.textContent = "二维码过期了，请刷新这一页。";
      };
      request.onerror = request.ontimeout = function () { state.textContent = "网络不通，正在再试。"; setTimeout(ask, 4000); };
      request.send("quiet=1" + (token ? "&token=" + token.value : ""));
    };
    setTimeout(ask, 2000);
  }

  // A form is sent once: a second tap waits for the answer of the first.
  var forms = document.querySelectorAll('form[method="post"]');
  for (i = 0; i < forms.length; i++) {
    forms[i].addEventListener("submit", function (event) {
      if (this.getAttribute("data-sent") && Date.now() - this.getAttribute("data-sent") < 8000) { event.preventDefault(); return; }
      this.setAttribute("data-sent", String(Date.now()));
    });
  }

  // A long import: says how far it is while the form is on its way.
  var long = document.querySelector("form[data-progress]");
  if (long && window.XMLHttpRequest) {
    long.addEventListener("submit", function () {
      var told = long.querySelector(".progress");
      var look = function () {
        var request = new XMLHttpRequest();
        request.open("GET", long.getAttribute("data-progress"));
        request.timeout = 8000;
        request.onload = function () { if (request.status === 200) { told.textContent = request.responseText; } setTimeout(look, 1000); };
        request.onerror = request.ontimeout = function () { setTimeout(look, 4000); };
        request.send();
      };
      told.textContent = "正在传文件，请不要关这一页。";
      setTimeout(look, 1000);
    });
  }

  // What nobody should do by a slip is asked once more.
  document.addEventListener("click", function (event) {
    var target = event.target;
    while (target && target.getAttribute && !target.getAttribute("data-sure")) { target = target.parentNode; }
    if (target && target.getAttribute && !window.confirm(target.getAttribute("data-sure"))) { event.preventDefault(); }
  });

  // The day's cards: 1 to 9 go to the first nine.
  document.addEventListener("keydown", function (event) {
    var to, tag = event.target.tagName;
    if (event.ctrlKey || event.altKey || event.metaKey || tag === "INPUT" || tag === "TEXTAREA" || tag === "SELECT") { return; }
    if (!/^[1-9]$/.test(event.key || "")) { return; }
    to = document.querySelector('[data-key="' + event.key + '"]');
    to = to && (to.querySelector("textarea") || to.querySelector("a"));
    if (to) { event.preventDefault(); to.focus(); to.scrollIntoView({ block: "center" }); }
  });

  // Offline: say so, and what to do.
  window.addEventListener("offline", function () {
    var p = document.createElement("p");
    p.className = "notice"; p.setAttribute("role", "alert");
    p.textContent = "网络断了。填的内容还在，等有网了再发。";
    document.getElementById("content").insertBefore(p, document.getElementById("content").firstChild);
  });
})();
