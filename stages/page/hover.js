// Shows in the legend the values at the instant pointed at. Without it the
// legend keeps the last values.
document.querySelectorAll('figure[data-x]').forEach(function (figure) {
  var svg = figure.querySelector('svg'), cross = svg.querySelector('.cross');
  var shown = Array.prototype.slice.call(figure.querySelectorAll('.legend b'));
  var xs = figure.dataset.x.split(' ').map(Number), stamps = figure.dataset.t.split('|');
  var values = shown.map(function (_, k) { return figure.dataset['y' + k].split(' '); });
  var last = shown.map(function (b) { return b.textContent; });
  var when = document.createElement('li');
  when.className = 'when';
  figure.querySelector('.legend').appendChild(when);
  function show(at) {
    shown.forEach(function (b, k) { b.textContent = at < 0 ? last[k] : values[k][at]; });
    when.textContent = at < 0 ? '' : stamps[at] + ' UTC';
    cross.setAttribute('x1', at < 0 ? -99 : xs[at]);
    cross.setAttribute('x2', at < 0 ? -99 : xs[at]);
  }
  svg.addEventListener('pointermove', function (event) {
    var box = svg.getBoundingClientRect();
    var x = (event.clientX - box.left) * svg.viewBox.baseVal.width / box.width;
    var low = 0, high = xs.length - 1;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (xs[middle] < x) { low = middle + 1; } else { high = middle; }
    }
    if (low > 0 && x - xs[low - 1] < xs[low] - x) { low--; }
    show(low);
  });
  svg.addEventListener('pointerleave', function () { show(-1); });
});
