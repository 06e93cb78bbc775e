import { Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Permission } from './permission.entity';
import { Role } from './role.entity';

/** A permission that a role carries. */
@Entity('role_permissions')
export class RolePermission {
  @PrimaryColumn({ name: 'role_id' })
  roleId!: number;

  @Index('role_permissions_permission')
  @PrimaryColumn({ name: 'permission', length: 64 })
  permission!: string;

  @ManyToOne(() => Role, (role) => role.carried, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'role_id', foreignKeyConstraintName: 'fk_role_permissions_role' })
  role!: Relation<Role>;

  @ManyToOne(() => Permission, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'permission', foreignKeyConstraintName: 'fk_role_permissions_permission' })
  entry!: Relation<Permission>;
}
