"use strict";
// Two maps side by side look alike: one bar a person tells who fared better where, so far.

const Difference = (() => {
  const A = "#0b6aa8";
  const B = "#b84a07";
  const SAME = "#b9b4a8";

  /** Suffering spared by B so far, in points times weeks, person by person. */
  function gains(week) {
    const [one, other] = [Totals.people(Player.a), Totals.people(Player.b)];
    return one.map((row, person) => row[week] - other[person][week]);
  }

  /** What a difference must reach to count for one person: the recording's, of the weeks so far. */
  function least(week) {
    const { scene, smallest_effect: effect } = Player.recording;
    return (effect / Math.max(1, scene.weeks - scene.decision)) * Math.max(0, week - scene.decision + 1);
  }

  const colour = (gain, bound) => (gain > bound ? B : gain < -bound ? A : SAME);

  function counts(week) {
    const bound = least(week);
    const found = gains(week);
    const b = found.filter((gain) => gain > bound).length;
    const a = found.filter((gain) => gain < -bound).length;
    return { a, b, same: found.length - a - b };
  }

  /** The largest difference of the whole run: the axis does not move. */
  let kept = null;
  function reach() {
    const { a, b } = Player;
    const key = `${a.name}|${b.name}|${Player.length()}`;
    if (!kept || kept.key !== key || kept.recording !== Player.recording) {
      const most = Math.max(10, ...gains(Player.last()).map(Math.abs));
      kept = { key, recording: Player.recording, most };
    }
    return kept.most;
  }

  function bars(context, width, height) {
    const { state } = Player;
    const sorted = gains(state.week).map((gain, person) => ({ gain, person })).sort((p, q) => p.gain - q.gain);
    const bound = least(state.week);
    const middle = height / 2;
    const most = reach();
    const tall = (gain) => Math.sign(gain) * Math.sqrt(Math.min(1, Math.abs(gain) / most)) * (middle - 26);
    const wide = width / sorted.length;
    context.fillStyle = "#e8e5dc";
    context.fillRect(0, middle - Math.abs(tall(bound)), width, 2 * Math.abs(tall(bound)));
    sorted.forEach(({ gain }, k) => {
      context.fillStyle = colour(gain, bound);
      context.fillRect(k * wide, middle, Math.max(1, wide - 0.4), -tall(gain) || -0.5);
    });
    context.strokeStyle = "#17324d";
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(0, middle);
    context.lineTo(width, middle);
    context.stroke();
    context.font = "600 13px system-ui, sans-serif";
    context.fillStyle = B;
    context.fillText(Words.say("difference.spared", { value: Words.number(most) }), 4, 15);
    context.fillStyle = A;
    context.fillText(Words.say("difference.added", { value: Words.number(most) }), 4, height - 6);
    const mine = sorted.findIndex(({ person }) => person === Story.person);
    if (mine >= 0) {
      const top = middle - tall(sorted[mine].gain);
      context.fillStyle = "#17324d";
      context.beginPath();
      context.arc((mine + 0.5) * wide, top, 5, 0, 2 * Math.PI);
      context.fill();
      context.font = "700 14px system-ui, sans-serif";
      const name = Player.recording.people[Story.person].name;
      const long = context.measureText(name).width;
      context.fillText(name, Math.min(Math.max(0, (mine + 0.5) * wide - long / 2), width - long), top + (top < 40 ? 20 : -10));
    }
  }

  return { gains, least, counts, colour, bars, A, B, SAME };
})();
