// Menus close by Escape and by a click elsewhere. Without this file they close by their own button.
const menus = 'details.menu[open]';

document.addEventListener('click', ({ target }) => {
  for (const menu of document.querySelectorAll(menus)) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener('keydown', ({ key, target }) => {
  const menu = key === 'Escape' ? target.closest(menus) : null;
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});
