// "/" and Ctrl-K lead to the search of the administration. Without this file it is reached like any other field.
const search = document.getElementById('site-search');
const isTyping = ({ target }) => target.closest('input, textarea, select, [contenteditable]') !== null;

document.addEventListener('keydown', (event) => {
  const isSlash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event);
  const isCtrlK = event.key?.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey;
  if (!isSlash && !isCtrlK) return;
  event.preventDefault();
  // In a narrow window a link stands in its place.
  if (search.offsetParent === null) location.assign('/admin/search');
  search.focus();
  search.select();
});
