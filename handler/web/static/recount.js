// Counts a poll's published file anew, on this phone, and finds a receipt in it.
// Old phones' JavaScript on purpose.
(function () {
  "use strict";
  var button = document.getElementById("recount"), form = document.getElementById("find"), said = document.getElementById("said");
  if (!button || !form || !said || !window.JSON || !window.XMLHttpRequest) { return; }
  document.documentElement.className += " scripted";

  function say(lines) {
    said.textContent = "";
    for (var i = 0; i < lines.length; i++) {
      var p = document.createElement("p");
      p.className = i === 0 ? "done" : "";
      p.textContent = lines[i];
      said.appendChild(p);
    }
  }

  function load(then) {
    say(["正在下载选票…"]);
    var request = new XMLHttpRequest();
    request.open("GET", button.getAttribute("data-file"));
    request.timeout = 60000;
    request.onload = function () {
      var file = null;
      try { file = JSON.parse(request.responseText); } catch (e) { file = null; }
      if (request.status !== 200 || !file || !file.ballots) { say(["没有下载到选票，请再试一次"]); return; }
      then(file);
    };
    request.onerror = request.ontimeout = function () { say(["网络不通，请再试一次"]); };
    request.send();
  }

  // met says whether part of whole reaches a rule, in whole numbers.
  function met(rule, part, whole) {
    return rule.over ? rule.den * part > rule.num * whole : rule.den * part >= rule.num * whole;
  }

  var no = ["反对", "不同意", "不赞成", "不通过", "弃权"];

  function count(file) {
    var r = file.result, faults = [], votes = [], spoilt = 0, last = "", passed = false, text = "", i, j;
    for (i = 0; i < r.options.length; i++) { votes.push(0); }
    for (i = 0; i < file.ballots.length; i++) {
      var b = file.ballots[i], chosen = b.choices || [], before = 0;
      if (!/^[0-9a-f]{32}$/.test(b.receipt) || b.receipt <= last) { faults.push("第" + (i + 1) + "张票的票据号不对，或者重复"); }
      last = b.receipt;
      if (chosen.length === 0) { spoilt++; }
      for (j = 0; j < chosen.length; j++) {
        if (chosen[j] <= before || chosen[j] > votes.length || chosen.length > r.max_choices) { faults.push("第" + (i + 1) + "张票的选择不对"); break; }
        votes[chosen[j] - 1]++;
        before = chosen[j];
      }
      text += b.receipt + " " + chosen.join(",") + "\n";
    }
    var whole = r.rules.pass.of_all ? r.electorate : file.ballots.length, quorum = met(r.rules.quorum, file.ballots.length, r.electorate);
    for (i = 0; i < votes.length; i++) {
      var adopted = quorum && votes[i] > 0 && met(r.rules.pass, votes[i], whole) && no.indexOf(r.options[i].text) < 0;
      passed = passed || adopted;
      if (votes[i] !== r.options[i].votes || adopted !== r.options[i].adopted) { faults.push("“" + r.options[i].text + "”数出" + votes[i] + "票，公布的是" + r.options[i].votes + "票"); }
    }
    if (file.ballots.length !== r.turnout || spoilt !== r.spoilt) { faults.push("数出" + file.ballots.length + "张票，公布的参加数是" + r.turnout); }
    if (quorum !== r.quorum.met || passed !== r.passed) { faults.push("按规则算出的结论和公布的不一样"); }
    hash(text, function (sum) {
      var lines = [];
      if (sum && sum !== r.ballots_hash) { faults.push("选票清单和公布的校验值不一样"); }
      lines.push(faults.length ? "和公布的不一样" : "重新数过了，和公布的一样");
      lines.push("一共" + file.ballots.length + "张票。");
      for (i = 0; i < votes.length; i++) { lines.push(r.options[i].text + "：" + votes[i] + "票"); }
      if (!sum) { lines.push("这台手机算不了校验值，其余都数过了。"); }
      say(lines.concat(faults.slice(0, 20)));
    });
  }

  // hash gives the SHA-256 in hex, or nothing where the browser has none.
  function hash(text, then) {
    var subtle = window.crypto && window.crypto.subtle;
    if (!subtle || !window.TextEncoder) { then(""); return; }
    subtle.digest("SHA-256", new TextEncoder().encode(text)).then(function (sum) {
      var bytes = new Uint8Array(sum), out = "";
      for (var i = 0; i < bytes.length; i++) { out += (bytes[i] + 256).toString(16).slice(1); }
      then(out);
    }, function () { then(""); });
  }

  button.addEventListener("click", function () { load(count); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var receipt = form.elements.receipt.value.replace(/\s/g, "").toLowerCase();
    if (!/^[0-9a-f]{32}$/.test(receipt)) { say(["票据号应是32位字母和数字，请检查"]); return; }
    load(function (file) { // the receipt stays on this phone
      for (var i = 0; i < file.ballots.length; i++) {
        if (file.ballots[i].receipt !== receipt) { continue; }
        var texts = [], chosen = file.ballots[i].choices || [];
        for (var j = 0; j < chosen.length; j++) { texts.push(file.result.options[chosen[j] - 1].text); }
        say(["找到了，您的票数进去了", "这张票选的是：" + (texts.join("、") || "空白或写坏")]);
        return;
      }
      say(["清单里没有这个票据号", "请检查有没有抄错；还是没有，请告诉村务监督委员会。"]);
    });
  });
})();
