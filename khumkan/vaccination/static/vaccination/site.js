/* Steps at a vaccination site outlive a dropped connection. A form with an input[data-step] is sent to data-sync of #kept;
   without a connection its step is kept on this phone, the next step is shown, and everything is sent in its order when
   the connection is back. Each step has a key of its own, so that sending it again is harmless. What the server took is
   removed from the phone at once. Without this script the same forms are sent like any other. */
(function () {
  "use strict";

  var box = document.getElementById("kept");
  if (!box) { return; }
  var words = box.dataset;
  var shelf = "khumkan-vaccination-steps-" + words.user;
  var skew = Date.parse(words.now) - Date.now();
  var sending = false;

  function kept() {
    try { return JSON.parse(localStorage.getItem(shelf)) || []; } catch (error) { return []; }
  }

  function keep(steps) {
    if (steps.length) { localStorage.setItem(shelf, JSON.stringify(steps)); } else { localStorage.removeItem(shelf); }
  }

  function without(keys) {
    keep(kept().filter(function (step) { return keys.indexOf(step.client_key) < 0; }));
  }

  function now() { return new Date(Date.now() + skew); }

  function stepOf(form, mark) {
    var step = { dose: mark.dataset.dose, step: mark.dataset.step, done_at: now().toISOString() };
    var data = new FormData(form);
    Array.from(new Set(data.keys())).forEach(function (name) {
      if (name === "csrfmiddlewaretoken" || name === "form_key") { return; }
      var values = data.getAll(name);
      step[name] = values.length > 1 ? values : values[0];
    });
    return step;
  }

  /* Returns the answers by key; throws when there is no connection. */
  async function send(steps) {
    var token = document.querySelector("input[name=csrfmiddlewaretoken]");
    var response = await fetch(words.sync, {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token.value : "" },
      body: JSON.stringify({ steps: steps }),
    });
    if (!response.ok) { return null; }
    var answers = {};
    (await response.json()).steps.forEach(function (one) { answers[one.client_key] = one; });
    return answers;
  }

  function isTaken(answer) { return answer && (answer.outcome === "taken" || answer.outcome === "taken_before"); }

  function say(text) {
    var paragraph = document.createElement("p");
    paragraph.className = "govuk-body";
    paragraph.textContent = text;
    box.appendChild(paragraph);
    return paragraph;
  }

  function offer(text, act) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    button.textContent = text;
    button.addEventListener("click", act);
    box.appendChild(button);
  }

  function show(first) {
    var steps = kept();
    box.replaceChildren();
    box.hidden = !steps.length && !first;
    if (first) { say(first); }
    if (!steps.length) { return; }
    say(words.count + " " + steps.length);
    steps.forEach(function (step) {
      if (!step.sentence) { return; }
      say(words.refused + " " + step.dose + " – " + step.sentence);
      offer(words.drop, function () { without([step.client_key]); show(""); });
    });
    if (steps.some(function (step) { return step.sentence; })) { offer(words.again, flush); }
  }

  async function flush() {
    var steps = kept();
    if (sending || !steps.length) { return; }
    sending = true;
    try {
      var answers = await send(steps);
      if (answers === null) { show(words.signIn); return; }
      var taken = steps.filter(function (step) { return isTaken(answers[step.client_key]); });
      without(taken.map(function (step) { return step.client_key; }));
      keep(kept().map(function (step) {
        var answer = answers[step.client_key];
        if (answer && answer.outcome !== "waits") { step.sentence = answer.sentence; }
        return step;
      }));
      if (taken.length && !kept().length) {
        sessionStorage.setItem("khumkan-sent", "yes");
        location.reload();
        return;
      }
      show("");
    } catch (error) {
      show(words.kept);
    } finally {
      sending = false;
    }
  }

  /* Shows the next step in place of the one that was kept. */
  function goOn(form, step) {
    var area = form.closest("[data-step-area]");
    if (step.step === "turn_back" || step.step === "leave" || !area) { form.hidden = true; return; }
    area.hidden = true;
    var next = area.nextElementSibling;
    if (!next || !next.matches("[data-step-area]")) { return; }
    next.hidden = false;
    if (step.step === "inject") {
      var until = new Date(Date.parse(step.done_at) + Number(words.minutes) * 60000);
      var clock = next.querySelector("[data-until]");
      if (clock) { clock.dataset.until = until.toISOString(); }
      tick();
    }
    var heading = next.querySelector("h2");
    if (heading) { heading.tabIndex = -1; heading.focus(); }
  }

  document.addEventListener("submit", async function (event) {
    var form = event.target;
    var mark = form.querySelector("input[data-step]");
    if (!mark) { return; }
    event.preventDefault();
    if (form.dataset.goes) { return; }
    form.dataset.goes = "yes";
    var step = stepOf(form, mark);
    without([step.client_key]);
    keep(kept().concat([step]));
    try {
      var answers = await send(kept());
      var answer = answers && answers[step.client_key];
      if (answers) {
        without(Object.keys(answers).filter(function (key) { return isTaken(answers[key]); }));
      }
      if (isTaken(answer)) {
        var back = document.querySelector(".govuk-back-link");
        if ((step.step === "leave" || step.step === "turn_back") && back) { location.assign(back.href); } else { location.reload(); }
        return;
      }
      /* The server shows what is wrong on its own page, or asks to sign in. */
      without([step.client_key]);
      form.submit();
    } catch (error) {
      goOn(form, step);
      show(words.kept);
    } finally {
      delete form.dataset.goes;
    }
  });

  function tick() {
    document.querySelectorAll("[data-until]").forEach(function (clock) {
      if (!clock.dataset.until) { return; }
      var left = Math.ceil((Date.parse(clock.dataset.until) - now().getTime()) / 60000);
      clock.textContent = left > 0 ? clock.dataset.left + " " + left : clock.dataset.over;
    });
  }

  window.addEventListener("online", flush);
  setInterval(flush, 15000);
  setInterval(tick, 10000);
  tick();
  if (sessionStorage.getItem("khumkan-sent")) {
    sessionStorage.removeItem("khumkan-sent");
    show(words.sent);
  } else {
    show("");
  }
  flush();
})();
